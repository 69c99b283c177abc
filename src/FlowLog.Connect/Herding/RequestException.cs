namespace FlowLog.Connect.Herding;

/// <summary>A request that is refused: the HTTP status and the sentence of the answer.</summary>
internal class RequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static RequestException BadRequest(string message) => new(400, message);

    public static RequestException NotFound(string message) => new(404, message);

    public static RequestException Conflict(string message) => new(409, message);
}

/// <summary>A request that another worker must answer: it is passed on there.</summary>
internal sealed class ElsewhereException(string url) : RequestException(
    409, "Cannot complete request because of a conflicting operation (e.g. worker rebalance)")
{
    /// <summary>Where that worker's REST interface is; empty when nobody knows at the moment.</summary>
    public string Url { get; } = url;
}

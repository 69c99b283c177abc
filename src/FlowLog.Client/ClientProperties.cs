namespace FlowLog.Client;

internal static class ClientProperties
{
    /// <summary>Fills what all clients share; the caller goes on with its own names and then calls <see cref="PropertyReader.Finish"/>.</summary>
    public static T WithCommon<T>(this T options, PropertyReader from) where T : ClientOptions => options with
    {
        BootstrapServers = from.Text("bootstrap.servers", options.BootstrapServers),
        ClientId = from.Text("client.id", options.ClientId),
        RequestTimeout = from.Milliseconds("request.timeout.ms", options.RequestTimeout),
        DefaultApiTimeout = from.Milliseconds("default.api.timeout.ms", options.DefaultApiTimeout),
        MetadataMaxAge = from.Milliseconds("metadata.max.age.ms", options.MetadataMaxAge),
        ConnectTimeout = from.Milliseconds("socket.connection.setup.timeout.ms", options.ConnectTimeout),
        ReconnectBackoff = from.Milliseconds("reconnect.backoff.ms", options.ReconnectBackoff),
        ReconnectBackoffMax = from.Milliseconds("reconnect.backoff.max.ms", options.ReconnectBackoffMax),
        RetryBackoff = from.Milliseconds("retry.backoff.ms", options.RetryBackoff),
        RetryBackoffMax = from.Milliseconds("retry.backoff.max.ms", options.RetryBackoffMax),
    };
}

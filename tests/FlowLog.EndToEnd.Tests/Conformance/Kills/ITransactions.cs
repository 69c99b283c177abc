namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>One life of a transactional producer, whoever's it is. What fails throws; what cannot be known throws too.</summary>
internal interface ITransactions : IAsyncDisposable
{
    Task InitialiseAsync();

    void Begin();

    /// <summary>Accepts a record; whether it is stored, the commit says.</summary>
    Task SendAsync(string topic, int partition, string value);

    Task CommitAsync();

    Task AbortAsync();
}

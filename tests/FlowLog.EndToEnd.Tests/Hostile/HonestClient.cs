using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>
/// Somebody with work to do: one record after another with acks=all, and a reader of them. Knows what was acknowledged, what was read, and the longest it waited.
/// </summary>
internal sealed class HonestClient : IAsyncDisposable
{
    private const string Topic = "honest";

    private static readonly ClientFactory Clients = new(World.Real(), NullLoggerFactory.Instance);

    private readonly IProducer _producer;
    private readonly IConsumer _consumer;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly List<int> _read = [];
    private readonly Task _writing;
    private readonly Task _reading;
    private int _written;
    private volatile int _acknowledged;

    private HonestClient(string address)
    {
        _producer = Clients.CreateProducer(new ProducerOptions { BootstrapServers = address, Linger = TimeSpan.Zero });
        _consumer = Clients.CreateConsumer(new ConsumerOptions { BootstrapServers = address, GroupId = "honest", AutoOffsetReset = AutoOffsetReset.Earliest });
        _consumer.Subscribe([Topic]);
        _writing = Task.Run(WriteAsync);
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The longest that a record took from the call to its acknowledgement.</summary>
    public TimeSpan LongestWait { get; private set; }

    /// <summary>Makes its topic and begins.</summary>
    public static async Task<HonestClient> StartAsync(ServerProcess server)
    {
        await using (var admin = Clients.CreateAdmin(new AdminOptions { BootstrapServers = server.Address }))
        {
            var made = await admin.CreateTopicsAsync([new NewTopic(Topic, 1), new NewTopic(OddValues.Topic, 1)]);
            Assert.All(made.Values, topic => topic.Error.ThrowIfFailed());
        }

        var client = new HonestClient(server.Address);
        await client.UntilAcknowledgedAsync(10);
        return client;
    }

    /// <summary>Ends it, and fails unless it saw no error and read each acknowledged record once and in order. Returns their number.</summary>
    public async Task<int> FinishAsync()
    {
        await UntilAcknowledgedAsync(_acknowledged + 10);
        await _stop.CancelAsync();
        await _writing;
        await Wait.UntilAsync("the honest client has read what it wrote", () => CountRead() >= _written || !_failures.IsEmpty);
        _consumer.Wakeup();
        await _reading;
        Assert.Empty(_failures);
        Assert.Equal(_written, _acknowledged);
        Assert.Equal(Enumerable.Range(0, _written), _read);
        return _written;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _consumer.Wakeup();
        await Task.WhenAll(_writing, _reading);
        await _producer.DisposeAsync();
        await _consumer.DisposeAsync();
        _stop.Dispose();
    }

    private Task UntilAcknowledgedAsync(int count) => Wait.UntilAsync($"{count} honest records are acknowledged", () => _acknowledged >= count || !_failures.IsEmpty);

    private async Task WriteAsync()
    {
        try
        {
            var text = new byte[12];
            while (!_stop.IsCancellationRequested)
            {
                Utf8Formatter.TryFormat(_written, text, out var length);
                var start = Stopwatch.GetTimestamp();
                var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await _producer.ProduceAsync(new OutgoingRecord(Topic) { Value = text.AsSpan(0, length) }, Settle, stored);
                _written++;
                await stored.Task;
                _acknowledged++;
                var took = Stopwatch.GetElapsedTime(start);
                LongestWait = took > LongestWait ? took : LongestWait;

                // Honest, and modest: it measures the server under the others' load, not under its own.
                await Task.Delay(1);
            }
        }
        catch (Exception failure)
        {
            _failures.Enqueue(failure);
        }
    }

    private static void Settle(in DeliveryReport report, object? state)
    {
        var stored = (TaskCompletionSource)state!;
        if (report.IsDelivered)
            stored.SetResult();
        else
            stored.SetException(new FlowLogException(report.Error, $"An honest record was not stored: {report.Reason}", isRetriable: false));
    }

    private async Task ReadAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested || CountRead() < _written)
            {
                using var batches = await _consumer.PollAsync(TimeSpan.FromMilliseconds(200));
                foreach (var batch in batches)
                {
                    foreach (var record in batch)
                        Note(record.Value.Span);
                }
            }
        }
        catch (WakeupException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            _failures.Enqueue(failure);
        }
    }

    private void Note(ReadOnlySpan<byte> value)
    {
        var number = Utf8Parser.TryParse(value, out int read, out _) ? read : -1;
        lock (_read)
            _read.Add(number);
    }

    private int CountRead()
    {
        lock (_read)
            return _read.Count;
    }
}

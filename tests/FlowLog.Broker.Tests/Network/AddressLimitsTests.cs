using System.Net;
using FlowLog.Broker.Network;
using FlowLog.Runtime.Network;
using FlowLog.Testing.Simulation;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Tests.Network;

public sealed class AddressLimitsTests
{
    private static readonly IPAddress s_one = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress s_other = IPAddress.Parse("10.0.0.2");

    private readonly ManualTimeProvider _clock = new();
    private readonly ManualTimers _timers;
    private readonly NameServer _names = new();
    private readonly Warnings _warnings = new();
    private readonly AddressLimits _limits;
    private int _changes;
    private Exception? _fault;

    public AddressLimitsTests()
    {
        _timers = new ManualTimers(_clock);
        _limits = new AddressLimits(_names, _clock, _timers, _warnings, Changed);
    }

    [Fact]
    public void A_name_server_that_does_not_answer_holds_nobody_up()
    {
        Assert.Equal([s_one], _limits.Of("10.0.0.1:3,slow:5").Keys);
        Assert.Equal(0, _changes);

        _names.Answer("slow", s_other, IPAddress.IPv6Loopback);

        Assert.Equal(1, _changes);
        Assert.Equal([(s_one, 3), (s_other, 5), (IPAddress.IPv6Loopback, 5)], Now("10.0.0.1:3,slow:5"));
    }

    [Fact]
    public void What_a_name_server_said_before_holds_until_it_has_answered_again()
    {
        _limits.Of("app:5");
        _names.Answer("app", s_one);

        Assert.Equal([(s_one, 7)], Now("APP:7"));

        _names.Answer("APP", s_other);
        Assert.Equal([(s_other, 7)], Now("APP:7"));
    }

    [Fact]
    public void A_name_that_is_not_found_is_told_and_asked_for_again_ever_more_rarely()
    {
        _limits.Of("typo:5,app:6");
        _names.Fail("typo");
        _names.Answer("app", s_one);

        Assert.Equal([(s_one, 6)], Now("typo:5,app:6"));
        Assert.Contains("'typo'", Assert.Single(_warnings.Messages), StringComparison.Ordinal);
        Assert.Equal(["typo", "app"], _names.Asked);

        _timers.Advance(TimeSpan.FromMinutes(1));
        _names.Fail("typo");
        _timers.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["typo", "app", "typo"], _names.Asked);

        _timers.Advance(TimeSpan.FromMinutes(1));
        _names.Answer("typo", s_other);
        Assert.Equal([(s_other, 5), (s_one, 6)], Now("typo:5,app:6"));
        Assert.Equal(0, _timers.Count);
    }

    [Fact]
    public void No_answer_within_ten_seconds_is_as_good_as_not_found()
    {
        _limits.Of("slow:5,app:6");
        _clock.Advance(TimeSpan.FromSeconds(10));

        _names.Answer("app", s_one);

        Assert.Contains("no answer within 10 s", Assert.Single(_warnings.Messages), StringComparison.Ordinal);
        Assert.Equal([(s_one, 6)], Now("slow:5,app:6"));
    }

    [Fact]
    public void Answers_to_what_is_not_set_any_more_count_for_nothing()
    {
        _limits.Of("app:5");
        Assert.Empty(_limits.Of(""));

        _names.Answer("app", s_one);

        Assert.Equal(0, _changes);
        Assert.Empty(_limits.Of(""));
        Assert.Empty(_limits.Of("app:6"));
    }

    [Fact]
    public void What_breaks_over_an_answer_is_told_and_the_name_is_asked_for_again()
    {
        _fault = new InvalidOperationException("The limits cannot be set.");
        _limits.Of("app:5,other:6");
        _names.Answer("app", s_one);
        _fault = null;
        _names.Answer("other", s_other);

        Assert.Same(typeof(InvalidOperationException), Assert.Single(_warnings.Defects).GetType());
        Assert.Contains("'app'", Assert.Single(_warnings.Messages), StringComparison.Ordinal);

        _timers.Advance(TimeSpan.FromMinutes(1));
        _names.Answer("app", s_one);
        Assert.Equal(["app", "other", "app"], _names.Asked);
        Assert.Equal(3, _changes);
        Assert.Equal(0, _timers.Count);
    }

    private void Changed()
    {
        _changes++;
        if (_fault is { } fault)
            throw fault;
    }

    private IEnumerable<(IPAddress, int)> Now(string text) => _limits.Of(text).Select(limit => (limit.Key, limit.Value));

    private sealed class NameServer : INetwork
    {
        private readonly Dictionary<string, TaskCompletionSource<IReadOnlyList<IPAddress>>> _questions = [];

        public List<string> Asked { get; } = [];

        public IListener Listen(string host, int port, Func<IServerConnection, IConnectionHandler> accepted) => throw new NotSupportedException();

        public ValueTask<IClientConnection> ConnectAsync(string host, int port, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
        {
            Asked.Add(host);
            var question = _questions[host] = new TaskCompletionSource<IReadOnlyList<IPAddress>>();
            cancellation.Register(() => question.TrySetCanceled(cancellation));
            return new ValueTask<IReadOnlyList<IPAddress>>(question.Task);
        }

        public void Answer(string host, params IPAddress[] addresses) => _questions[host].SetResult(addresses);

        public void Fail(string host) => _questions[host].SetException(new NetworkException($"Cannot resolve '{host}'."));
    }

    private sealed class Warnings : ILogger
    {
        public List<string> Messages { get; } = [];

        public List<Exception> Defects { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is null)
                Assert.Equal(LogLevel.Warning, logLevel);
            else
                Defects.Add(exception);

            if (logLevel == LogLevel.Warning)
                Messages.Add(formatter(state, exception));
        }
    }
}

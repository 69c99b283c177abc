using System.Globalization;
using System.Net;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Network;

/// <summary>
/// <c>max.connections.per.ip.overrides</c> by address. Names are looked up when they are set, away from whoever sets them, because a name server may take long. Until it has answered, what it said
/// before holds; a name that is not found is said to be so and asked for again, from a minute on ever more rarely. All addresses of a name have its limit, where Kafka takes the first.
/// Thread-safe.
/// </summary>
/// <param name="network">Knows the names.</param>
/// <param name="clock">For time-outs.</param>
/// <param name="timers">For asking again.</param>
/// <param name="log">Where a name that is not found is reported.</param>
/// <param name="changed">Called, without locks, when a name server's answer has changed <see cref="Of"/>.</param>
internal sealed class AddressLimits(INetwork network, TimeProvider clock, ITimers timers, ILogger log, Action changed)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private Dictionary<string, IReadOnlyList<IPAddress>> _found = new(StringComparer.OrdinalIgnoreCase);
    private List<(string Host, int Most)> _elements = [];
    private string _text = "";
    private Dictionary<IPAddress, int> _mostFrom = [];

    /// <summary>The limits that a value of the config sets, as far as its names are known.</summary>
    public IReadOnlyDictionary<IPAddress, int> Of(string text)
    {
        List<(string Host, int Most)> elements;
        lock (_gate)
        {
            if (text == _text)
                return _mostFrom;

            (_text, _elements) = (text, elements = Elements(text));
            Forget();
            Count();
        }

        var names = elements.Select(element => element.Host).Where(host => !IPAddress.TryParse(host, out _)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (names.Count > 0)
            _ = LookUpAsync(elements, names, s_firstPause);

        lock (_gate)
            return _mostFrom;
    }

    private List<(string Host, int Most)> Elements(string text)
    {
        var elements = new List<(string, int)>();
        foreach (var element in ConfigDefinition.Elements(text))
        {
            var colon = element.LastIndexOf(':');
            if (colon > 0 && int.TryParse(element.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var most))
                elements.Add((element[..colon].Trim(), most));
            else
                log.OverrideNotUsed(element);
        }

        return elements;
    }

    // One name after the other: the operating system keeps a thread for each that is being asked for. Nobody waits for the task, so what goes wrong with a name ends with that name.
    private async Task LookUpAsync(List<(string Host, int Most)> elements, List<string> names, TimeSpan pause)
    {
        var missing = new List<string>();
        foreach (var name in names)
        {
            if (await LookUpAsync(elements, name) is not { } problem)
                continue;

            bool isKnown;
            lock (_gate)
            {
                if (!ReferenceEquals(elements, _elements))
                    return;

                isKnown = _found.ContainsKey(name);
            }

            missing.Add(name);
            log.HostNotFound(name, problem, isKnown ? "the addresses that it had before" : "no address yet", pause);
        }

        var next = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        if (missing.Count > 0)
            timers.Schedule(pause, () => _ = LookUpAsync(elements, missing, next));
    }

    private async Task<string?> LookUpAsync(List<(string Host, int Most)> elements, string name)
    {
        try
        {
            using var patience = new CancellationTokenSource(s_patience, clock);
            Note(elements, name, await network.ResolveAsync(name, patience.Token));
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {s_patience.TotalSeconds} s";
        }
        catch (NetworkException unknown)
        {
            return unknown.Message.TrimEnd('.');
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            log.LookUpFailed(defect, name);
            return $"{defect.GetType().Name}: {defect.Message.TrimEnd('.')}";
        }
    }

    private void Note(List<(string Host, int Most)> elements, string name, IReadOnlyList<IPAddress> addresses)
    {
        lock (_gate)
        {
            // The config was changed meanwhile, and its names are being asked for.
            if (!ReferenceEquals(elements, _elements))
                return;

            _found[name] = addresses;
            Count();
        }

        changed();
    }

    private void Forget() => _found = _found.Where(found => _elements.Exists(element => element.Host.Equals(found.Key, StringComparison.OrdinalIgnoreCase)))
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    private void Count()
    {
        var mostFrom = new Dictionary<IPAddress, int>();
        foreach (var (host, most) in _elements)
        {
            foreach (var address in IPAddress.TryParse(host, out var itself) ? [itself] : _found.GetValueOrDefault(host, []))
                mostFrom[address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address] = most;
        }

        _mostFrom = mostFrom;
    }
}

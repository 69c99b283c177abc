namespace FlowLog.Simulation.Tests.Faults;

/// <summary>A seed and what goes wrong: together they decide a run.</summary>
internal sealed record Schedule(int Seed, IReadOnlyList<Fault> Faults)
{
    public static Schedule Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(int.Parse(parts[0]), [.. parts[1..].Select(Fault.Parse)]);
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string Code => string.Join(' ', Faults.Select(fault => fault.Code).Prepend($"{Seed}"));

    /// <summary>Shorter and simpler ones; the seed stays, since another would be another story.</summary>
    public IEnumerable<Schedule> Simpler()
    {
        for (var size = Faults.Count; size > 0; size /= 2)
        {
            for (var from = 0; from + size <= Faults.Count; from += size)
                yield return this with { Faults = [.. Faults.Take(from), .. Faults.Skip(from + size)] };
        }

        for (var i = 0; i < Faults.Count; i++)
        {
            var fault = Faults[i];
            if (fault.Kind is FaultKind.KillWithin or FaultKind.PowerCutWithin)
                yield return With(i, fault with { Kind = fault.Kind - 1 });
            if (fault.How > 0)
                yield return With(i, fault with { How = (byte)(fault.How / 2) });
            if (fault.Pause > 0)
                yield return With(i, fault with { Pause = (byte)(fault.Pause / 2) });
        }
    }

    public override string ToString() => $"seed {Seed}" + string.Concat(Faults.Select(fault => $"\n  {fault}"));

    private Schedule With(int index, Fault fault) => this with { Faults = [.. Faults.Take(index), fault, .. Faults.Skip(index + 1)] };
}

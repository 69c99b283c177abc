namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Choices that are the same for the same seed.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>One of some values; what stands there twice comes twice as often.</summary>
    public T Of<T>(params IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    /// <summary>A number of 0 up to, without, <paramref name="end"/>.</summary>
    public int Below(int end) => _random.Next(end);

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Percent(int chance) => _random.Next(100) < chance;

    /// <summary>As many values as one of <paramref name="counts"/> says.</summary>
    public List<T> Some<T>(int[] counts, Func<T> make)
    {
        var values = new List<T>();
        for (var left = Of(counts); left > 0; left--)
            values.Add(make());
        return values;
    }
}

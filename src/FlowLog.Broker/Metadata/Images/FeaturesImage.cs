using System.Collections.Immutable;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>The finalized level of every feature; a feature that is not there has level 0.</summary>
internal sealed record FeaturesImage(ImmutableSortedDictionary<string, short> Levels)
{
    /// <summary>Nothing finalized.</summary>
    public static FeaturesImage Empty { get; } = new(ImmutableSortedDictionary.Create<string, short>(StringComparer.Ordinal));

    /// <summary>The level of a feature.</summary>
    public short Level(string feature) => Levels.GetValueOrDefault(feature);

    /// <summary>With one level changed; 0 takes the feature away.</summary>
    public FeaturesImage With(string feature, short level) => new(level == 0 ? Levels.Remove(feature) : Levels.SetItem(feature, level));
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>
/// The probe names a step <c>7@4</c> (step 7 at version 4), <c>v3/2</c> (step 2 of a scenario that runs at version 3) or <c>5</c>. Lists of them are written short: runs of versions
/// as <c>7@4-18</c> and <c>v3-13/2</c>.
/// </summary>
internal static partial class StepNames
{
    private readonly record struct Step(int ScenarioVersion, int Number, int Version);

    public static IEnumerable<string> Expand(string list)
    {
        foreach (var word in list.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Pattern().Match(word) is not { Success: true } match)
                throw new FormatException($"'{word}' names no step.");

            foreach (var scenarioVersion in Range(match, "from", "to"))
            {
                foreach (var version in Range(match, "low", "high"))
                    yield return Name(new Step(scenarioVersion, Number(match, "step"), version));
            }
        }
    }

    public static string Shorten(IEnumerable<string> steps)
    {
        var parsed = steps.Select(Parse).ToHashSet();
        var words = new List<(Step First, string Word)>();
        foreach (var group in parsed.Where(step => step.Version >= 0).GroupBy(step => (step.ScenarioVersion, step.Number)))
        {
            words.AddRange(Runs(group.Select(step => step.Version)).Select(run =>
                (new Step(group.Key.ScenarioVersion, group.Key.Number, run.Low), Name(new Step(group.Key.ScenarioVersion, group.Key.Number, run.Low)) + End(run))));
        }

        foreach (var group in parsed.Where(step => step.Version < 0).GroupBy(step => step.Number))
        {
            words.AddRange(Runs(group.Select(step => step.ScenarioVersion)).Select(run => (new Step(run.Low, group.Key, -1), run.Low < 0 ? $"{group.Key}" : $"v{run.Low}{End(run)}/{group.Key}")));
        }

        return string.Join(' ', words.OrderBy(word => word.First.Number).ThenBy(word => word.First.ScenarioVersion).ThenBy(word => word.First.Version).Select(word => word.Word));

        static string End((int Low, int High) run) => run.High > run.Low ? $"-{run.High}" : "";
    }

    private static IEnumerable<(int Low, int High)> Runs(IEnumerable<int> numbers)
    {
        (int Low, int High)? run = null;
        foreach (var number in numbers.Order())
        {
            if (run is { } open && number == open.High + 1 && open.Low >= 0)
            {
                run = (open.Low, number);
                continue;
            }

            if (run is { } finished)
                yield return finished;

            run = (number, number);
        }

        if (run is { } last)
            yield return last;
    }

    private static Step Parse(string name)
    {
        var match = Pattern().Match(name);
        if (!match.Success || match.Groups["to"].Success || match.Groups["high"].Success)
            throw new FormatException($"'{name}' is no step.");

        return new Step(Number(match, "from"), Number(match, "step"), Number(match, "low"));
    }

    private static string Name(Step step) =>
        (step.ScenarioVersion < 0 ? "" : $"v{step.ScenarioVersion}/") + step.Number.ToString(CultureInfo.InvariantCulture) + (step.Version < 0 ? "" : $"@{step.Version}");

    private static IEnumerable<int> Range(Match match, string low, string high)
    {
        var first = Number(match, low);
        return Enumerable.Range(first, match.Groups[high].Success ? Number(match, high) - first + 1 : 1);
    }

    private static int Number(Match match, string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : -1;

    [GeneratedRegex(@"^(?:v(?<from>\d+)(?:-(?<to>\d+))?/)?(?<step>\d+)(?:@(?<low>\d+)(?:-(?<high>\d+))?)?$")]
    private static partial Regex Pattern();
}

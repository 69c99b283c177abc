using FlowLog.Connect.Plugins;
using FlowLog.Connect.Transforms;
using FlowLog.Connect.Workers;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Herding;

/// <summary>What was found out about a configuration.</summary>
/// <param name="Name">The connector class as the configuration names it.</param>
/// <param name="Groups">The headings of forms, in order.</param>
/// <param name="Findings">One for each key.</param>
internal sealed record ValidationReport(string Name, IReadOnlyList<string> Groups, IReadOnlyList<ConfigFinding> Findings)
{
    public int ErrorCount => Findings.Sum(finding => finding.Problems.Count);

    /// <summary>Refuses a configuration that has problems, with all of them.</summary>
    public void ThrowIfWrong()
    {
        if (ErrorCount == 0)
            return;

        var problems = Findings.SelectMany(finding => finding.Problems);
        throw RequestException.BadRequest(
            $"Connector configuration is invalid and contains the following {ErrorCount} error(s):\n{string.Join("\n", problems)}\n"
            + "You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`");
    }
}

/// <summary>Looks at a connector's configuration as a whole: the keys of all connectors, of its converters and transforms, and its own.</summary>
internal sealed class ConnectorValidation(ConnectWorkerOptions options, PluginCatalog plugins, ConfigVariables variables, TaskClients clients, ILogger log)
{
    public async ValueTask<ValidationReport> ValidateAsync(IReadOnlyDictionary<string, string?> given, CancellationToken cancellation)
    {
        var raw = given.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!, StringComparer.Ordinal);
        var properties = variables.Resolve(raw);
        if (!properties.TryGetValue(ConnectorKeys.Class, out var className))
        {
            throw RequestException.BadRequest(
                $"Connector config {{{string.Join(", ", given.Select(entry => $"{entry.Key}={Shown(entry.Key, entry.Value)}"))}}} contains no connector type");
        }

        if (!plugins.TryFindConnector(className.Trim(), out var plugin))
            throw RequestException.BadRequest(plugins.UnknownConnector(className));

        var connector = (Connector)plugin.Create();
        var common = plugin.Kind == PluginKind.Source ? ConnectorKeys.OfSource : ConnectorKeys.OfSink;
        var findings = new Findings(common.Validate(properties));
        WithDefaults(findings);
        CheckConverters(findings, properties);
        var groups = new List<string>(findings.Groups());
        CheckParts(findings, groups, properties, PluginKind.Transformation, "transforms", "Transforms", "transformation");
        CheckParts(findings, groups, properties, PluginKind.Predicate, "predicates", "Predicates", "predicate");
        CheckTogether(findings, properties, plugin.Kind);

        findings.AddRange(connector.Definition.Validate(properties));
        groups.AddRange(connector.Definition.Keys.Select(key => key.Group).OfType<string>().Distinct().Except(groups));
        CheckNulls(findings, given);
        await CheckConnectorAsync(findings, connector, properties, className, cancellation);
        HideVariables(findings, raw);
        return new ValidationReport(className, groups, findings.All);
    }

    private async ValueTask CheckConnectorAsync(
        Findings findings, Connector connector, Dictionary<string, string> properties, string className, CancellationToken cancellation)
    {
        // A connector is asked only about what could be right: its own rules may rely on every key being in order.
        if (connector.Definition.Keys.Any(key => findings.Has(key.Name)))
            return;

        try
        {
            var problems = await Task.Run(async () => await connector.FindProblemsAsync(properties, cancellation), cancellation);
            foreach (var problem in problems)
                findings.Add(problem.Key, problem.Sentence);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            log.ValidationFailed(className, problem);
            findings.Add(ConnectorKeys.Class, $"The connector could not look at its configuration: {problem.Message}");
        }
    }

    // What the worker does for a connector that says nothing.
    private void WithDefaults(Findings findings)
    {
        findings.Default(ConnectorKeys.KeyConverter, options.KeyConverter);
        findings.Default(ConnectorKeys.ValueConverter, options.ValueConverter);
        findings.Default(ConnectorKeys.HeaderConverter, options.HeaderConverter);
    }

    private void CheckConverters(Findings findings, Dictionary<string, string> properties)
    {
        Check(ConnectorKeys.KeyConverter, PluginKind.Converter);
        Check(ConnectorKeys.ValueConverter, PluginKind.Converter);
        Check(ConnectorKeys.HeaderConverter, PluginKind.HeaderConverter);

        void Check(string key, PluginKind kind)
        {
            findings.Recommend(key, Names(kind));
            if (!properties.TryGetValue(key, out var name) || name.Trim().Length == 0)
                return;
            if (!plugins.TryFind(kind, name.Trim(), out var plugin))
                findings.Add(key, ConfigRules.Invalid(key, name, plugins.Unknown(kind, name)));
            else
                CheckPart(findings, key, (IConfigurable)plugin.Create(), Prefixed.Under(properties, key + "."), key + ".", listKeys: false);
        }
    }

    private void CheckParts(
        Findings findings, List<string> groups, Dictionary<string, string> properties, PluginKind kind, string list, string heading, string word)
    {
        var aliases = properties.TryGetValue(list, out var text) ? ConfigText.SplitList(text).Distinct() : [];
        foreach (var alias in aliases)
        {
            var prefix = $"{list}.{alias}.";
            var group = $"{heading}: {alias}";
            groups.Add(group);
            var title = char.ToUpperInvariant(word[0]) + word[1..];
            var typeKey = new ConfigKey(prefix + "type", ConfigType.Class, $"Class for the '{alias}' {word}.")
            {
                IsRequired = true, Importance = ConfigImportance.High, Group = group, Order = 0, Width = ConfigWidth.Long,
                DisplayName = $"{title} type for {alias}", Recommended = Names(kind),
            };
            findings.AddRange(new ConfigDefinition(typeKey).Validate(properties));
            if (!properties.TryGetValue(typeKey.Name, out var type))
                continue;

            if (!plugins.TryFind(kind, type.Trim(), out var plugin))
            {
                findings.Add(typeKey.Name, ConfigRules.Invalid(typeKey.Name, type, plugins.Unknown(kind, type)));
                continue;
            }

            var own = Prefixed.Under(properties, prefix);
            var reserved = kind == PluginKind.Transformation ? PredicateKeys(prefix, group) : [];
            foreach (var key in reserved.Append(typeKey))
                own.Remove(key.Name[prefix.Length..]);
            CheckPart(findings, typeKey.Name, (IConfigurable)plugin.Create(), own, prefix, listKeys: true, group);
            findings.AddRange(new ConfigDefinition(reserved).Validate(properties));
            if (kind == PluginKind.Transformation)
                CheckPredicate(findings, properties, alias, prefix);
        }
    }

    // Each key by its own rule first; what concerns several keys shows only when the part is configured for real.
    private static void CheckPart(
        Findings findings, string at, IConfigurable part, Dictionary<string, string> own, string prefix, bool listKeys, string? group = null)
    {
        var inner = part.Definition.Validate(own);
        var order = 2;
        foreach (var finding in inner)
        {
            var problems = finding.Problems.Select(problem => problem.Replace($"\"{finding.Key.Name}\"", $"\"{prefix}{finding.Key.Name}\"", StringComparison.Ordinal)).ToList();
            if (listKeys)
                findings.Add(finding with { Key = finding.Key with { Name = prefix + finding.Key.Name, DisplayName = finding.Key.DisplayName, Group = group, Order = order++ }, Problems = problems });
            else
                problems.ForEach(problem => findings.Add(at, problem));
        }

        if (inner.Any(finding => finding.Problems.Count > 0))
            return;

        try
        {
            part.Configure(own);
        }
        catch (ConnectException problem)
        {
            findings.Add(at, problem.Message);
        }
    }

    private static ConfigKey[] PredicateKeys(string prefix, string group) =>
    [
        new(prefix + "negate", ConfigType.Boolean, "Whether the configured predicate should be negated.") { Default = false, DisplayName = "negate", Group = group },
        new(prefix + "predicate", ConfigType.String, "The alias of a predicate used to determine whether to apply this transformation.") { DisplayName = "predicate", Group = group },
    ];

    private static void CheckPredicate(Findings findings, Dictionary<string, string> properties, string alias, string prefix)
    {
        var predicates = properties.TryGetValue(ConnectorKeys.Predicates, out var text) ? ConfigText.SplitList(text) : [];
        if (!properties.TryGetValue(prefix + "predicate", out var predicate))
        {
            if (properties.ContainsKey(prefix + "negate"))
                findings.Add(prefix + "type", $"Config '{prefix}negate' was provided but there is no config '{prefix}predicate' defining a predicate to be negated.");
        }
        else if (!predicates.Contains(predicate.Trim()))
        {
            findings.Add(prefix + "predicate", $"Transform '{alias}' names the predicate '{predicate}', which is not among the aliases of 'predicates'.");
        }
    }

    private void CheckTogether(Findings findings, Dictionary<string, string> properties, PluginKind kind)
    {
        if (kind == PluginKind.Sink)
            CheckSink(findings, properties);
        else
            CheckSource(findings, properties);

        var name = properties.GetValueOrDefault(ConnectorKeys.Name, "");
        if (clients.ProblemWith(name, properties) is not var (prefix, problem))
            return;

        var key = properties.Keys.FirstOrDefault(candidate => candidate.StartsWith(prefix, StringComparison.Ordinal)) ?? ConnectorKeys.Class;
        findings.AddRange(new ConfigDefinition(new ConfigKey(key, ConfigType.String, "A setting of the task's clients.")).Validate(properties));
        findings.Add(key, problem);
    }

    private void CheckSink(Findings findings, Dictionary<string, string> properties)
    {
        var topics = ConfigText.SplitList(properties.GetValueOrDefault(ConnectorKeys.Topics, ""));
        var regex = properties.GetValueOrDefault(ConnectorKeys.TopicsRegex, "").Trim();
        var both = (topics.Count > 0, regex.Length > 0) switch
        {
            (true, true) => "topics and topics.regex are mutually exclusive options, but both are set.",
            (false, false) => "Must configure one of topics or topics.regex",
            _ => null,
        };
        if (both is not null)
        {
            findings.Add(ConnectorKeys.Topics, both);
            findings.Add(ConnectorKeys.TopicsRegex, both);
        }

        var deadLetters = properties.GetValueOrDefault(ConnectorKeys.DeadLetterTopic, "").Trim();
        if (deadLetters.Length > 0 && topics.Contains(deadLetters))
        {
            findings.Add(
                ConnectorKeys.Topics,
                $"The DLQ topic '{deadLetters}' may not be included in the list of topics ('topics=[{string.Join(", ", topics)}]') consumed by the connector");
        }

        if (deadLetters.Length > 0 && regex.Length > 0 && !findings.Has(ConnectorKeys.TopicsRegex) && WholeMatch.Of(regex).IsMatch(deadLetters))
            findings.Add(ConnectorKeys.TopicsRegex, $"The DLQ topic '{deadLetters}' may not be included in the regex matching topics ('topics.regex={regex}') consumed by the connector");

        var name = properties.GetValueOrDefault(ConnectorKeys.Name, "");
        if ($"connect-{name}" == options.GroupId && !properties.ContainsKey("consumer.override.group.id"))
            findings.Add(ConnectorKeys.Name, $"Consumer group for sink connector named {name} conflicts with Connect worker group connect-{name}");
    }

    private void CheckSource(Findings findings, Dictionary<string, string> properties)
    {
        if (properties.GetValueOrDefault(ConnectorKeys.ExactlyOnceSupport, "").Trim().Equals("required", StringComparison.OrdinalIgnoreCase)
            && options.ExactlyOnceSource != ExactlyOnceSourceSupport.Enabled)
        {
            findings.Add(ConnectorKeys.ExactlyOnceSupport, "This worker does not have exactly-once source support enabled.");
        }

        try
        {
            TopicCreation.From(properties);
        }
        catch (Exception problem) when (problem is ConfigException or ArgumentException)
        {
            findings.Add(ConnectorKeys.TopicCreationGroups, problem.Message);
        }
    }

    private static void CheckNulls(Findings findings, IReadOnlyDictionary<string, string?> given)
    {
        foreach (var (name, _) in given.Where(entry => entry.Value is null))
        {
            if (!findings.Knows(name))
                findings.Add(new ConfigFinding(new ConfigKey(name, ConfigType.String, "") { Importance = ConfigImportance.High }, null, []));
            findings.Add(name, "Null value can not be supplied as the configuration value.");
        }
    }

    // What a variable stands for is nobody's business, nor is a message that may quote it.
    private void HideVariables(Findings findings, Dictionary<string, string> raw)
    {
        foreach (var finding in findings.All.ToList())
        {
            if (!raw.TryGetValue(finding.Key.Name, out var written) || !variables.IsVariable(written))
                continue;

            findings.Replace(finding with
            {
                Value = written,
                Problems = finding.Problems.Count == 0
                    ? []
                    : [ConfigRules.Invalid(finding.Key.Name, written, "the value that the config provider gave is not valid")],
            });
        }
    }

    private List<string> Names(PluginKind kind) => [.. plugins.All.Where(plugin => plugin.Kind == kind).Select(plugin => plugin.Name)];

    private static string? Shown(string key, string? value) =>
        key.Contains("password", StringComparison.OrdinalIgnoreCase) || key.Contains("secret", StringComparison.OrdinalIgnoreCase) ? Secret.Hidden : value;
}

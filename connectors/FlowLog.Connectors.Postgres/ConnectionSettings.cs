using FlowLog.Connect;
using Npgsql;

namespace FlowLog.Connectors.Postgres;

/// <summary>The way to the database from what a configuration says: a connection string, or a JDBC address.</summary>
internal static class ConnectionSettings
{
    private const string Jdbc = "jdbc:";

    // Settings of the JDBC driver that have a meaning here; others are read over.
    private static readonly Dictionary<string, string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["user"] = "Username",
        ["password"] = "Password",
        ["currentSchema"] = "Search Path",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["ApplicationName"] = "Application Name",
        ["connectTimeout"] = "Timeout",
        ["socketTimeout"] = "Command Timeout",
        ["options"] = "Options",
        ["targetServerType"] = "Target Session Attributes",
    };

    public static ConfigProblem? ProblemWith(PostgresSinkOptions options)
    {
        var key = options.ConnectionString is null ? "connection.url" : "connection.string";
        try
        {
            Of(options);
            return null;
        }
        catch (ConfigException problem)
        {
            return new ConfigProblem(key, problem.Message);
        }
    }

    public static NpgsqlConnectionStringBuilder Of(PostgresSinkOptions options)
    {
        var builder = (options.ConnectionString, options.ConnectionUrl) switch
        {
            ({ } text, _) => Parse(text.Reveal()),
            (null, { Length: > 0 } url) => FromUrl(url),
            _ => throw new ConfigException("Say where the database is: connection.string=Host=…;Database=…, or connection.url=jdbc:postgresql://host:port/database."),
        };
        if (options.ConnectionUser is { } user)
            builder.Username = user;
        if (options.ConnectionPassword is { } password)
            builder.Password = password.Reveal();

        builder.ApplicationName ??= "flowlog-connect";
        builder.Timezone = options.TimeZone;
        builder.Pooling = false;
        return builder;
    }

    private static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(text);
            return builder.Host is null ? throw new ConfigException("The connection string names no Host.") : builder;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException)
        {
            // The text itself may hold a password.
            throw new ConfigException($"The connection string cannot be read: {problem.Message}");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(string url)
    {
        var text = url.StartsWith(Jdbc, StringComparison.OrdinalIgnoreCase) ? url[Jdbc.Length..] : url;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgresql" or "postgres") || uri.Host.Length == 0)
            throw new ConfigException("The address must look like jdbc:postgresql://host:port/database; other databases are not supported.");

        var builder = new NpgsqlConnectionStringBuilder { Host = uri.Host, Port = uri.Port > 0 ? uri.Port : 5432 };
        if (uri.AbsolutePath.Length > 1)
            builder.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        foreach (var parameter in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = parameter.Split('=', 2);
            if (pair.Length == 2 && s_names.TryGetValue(pair[0], out var name))
                Set(builder, name, pair[0], Uri.UnescapeDataString(pair[1]));
        }

        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string name, string given, string value)
    {
        try
        {
            builder[name] = name == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException)
        {
            throw new ConfigException($"The address has a value for {given} that is not understood.");
        }
    }
}

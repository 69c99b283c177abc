using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FlowLog.EndToEnd.Tests.Processes;

/// <summary>
/// A PostgreSQL of the test's own: a fresh cluster in a temporary folder on a free port of the loopback. PostgreSQL refuses to run as root, so
/// for root it runs as the user "postgres" that its package made.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _binaries;
    private readonly string _folder;
    private readonly string _user;

    private PostgresServer(string binaries, string folder, string user, int port)
    {
        (_binaries, _folder, _user) = (binaries, folder, user);
        ConnectionString = $"Host=127.0.0.1;Port={port};Username={user};Database=postgres;Timeout=10";
    }

    public string ConnectionString { get; }

    public static async Task<PostgresServer> StartAsync()
    {
        var binaries = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : null;
        if (binaries is null)
            Lane.LeaveOut("PostgreSQL is not installed (Debian package 'postgresql')", mayBeRequired: true);

        var user = Environment.UserName == "root" ? "postgres" : Environment.UserName;
        var folder = Directory.CreateTempSubdirectory("flowlog-pg-").FullName;
        var server = new PostgresServer(binaries!, folder, user, FreePort());
        await server.ShellAsync($"chmod 777 {folder}", asOwner: false);
        await server.ShellAsync($"{binaries}/initdb -D {folder}/data -A trust -U {user} -N --no-instructions -E UTF8");
        var port = new NpgsqlConnectionStringBuilder(server.ConnectionString).Port;
        await server.ShellAsync($"{binaries}/pg_ctl -D {folder}/data -w -t 30 -l {folder}/log -o '-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off' start >/dev/null");
        return server;
    }

    /// <summary>The rows of a query, each as text joined by "|".</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetValue(i).ToString())));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await ShellAsync($"{_binaries}/pg_ctl -D {_folder}/data -m immediate stop >/dev/null");
        await ShellAsync($"rm -rf {_folder}", asOwner: false);
    }

    private async Task ShellAsync(string command, bool asOwner = true)
    {
        var run = asOwner && Environment.UserName == "root"
            ? await ForeignProcess.RunAsync("su", [_user, "-s", "/bin/sh", "-c", command], folder: "/")
            : await ForeignProcess.RunAsync("/bin/sh", ["-c", command], folder: "/");
        run.MustSucceed();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

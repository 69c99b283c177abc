using FlowLog.Connect;
using FlowLog.Connect.Plugins;
using FlowLog.Connectors.Postgres;

namespace FlowLog.Connectors.Tests.Postgres;

public class PostgresSinkConnectorTests
{
    [Theory]
    [InlineData("insert.mode=upsert", "pk.mode")]
    [InlineData("insert.mode=update", "pk.mode")]
    [InlineData("delete.enabled=true", "delete.enabled")]
    [InlineData("pk.mode=kafka;pk.fields=a,b", "pk.fields")]
    [InlineData("connection.url=jdbc:mysql://db/shop", "connection.url")]
    [InlineData("", "connection.url")]
    public async Task What_cannot_work_is_refused_at_its_key(string settings, string key)
    {
        var properties = settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        if (key != "connection.url")
            properties["connection.url"] = "jdbc:postgresql://db/shop";
        var problems = await new PostgresSinkConnector().FindProblemsAsync(properties, TestContext.Current.CancellationToken);
        Assert.Equal(key, Assert.Single(problems).Key);
    }

    [Fact]
    public void A_jdbc_address_means_what_it_says()
    {
        var builder = ConnectionSettings.Of(new PostgresSinkOptions
        {
            ConnectionUrl = "jdbc:postgresql://db:6000/dwh?currentSchema=staging&user=u&sslmode=verify-full", ConnectionPassword = new Secret("p"),
        });
        Assert.Equal(("db", 6000, "dwh", "u", "p", "staging"), (builder.Host, builder.Port, builder.Database, builder.Username, builder.Password, builder.SearchPath));
    }

    [Fact]
    public void A_connection_string_that_cannot_be_read_does_not_show_its_password()
    {
        var problem = Assert.Throws<ConfigException>(() => ConnectionSettings.Of(new PostgresSinkOptions { ConnectionString = new Secret("Host=x;Password=hunter2;Nonsense=1") }));
        Assert.DoesNotContain("hunter2", problem.Message);
    }

    [Theory]
    [InlineData("PostgresSink")]
    [InlineData("PostgresSinkConnector")]
    [InlineData("JdbcSink")]
    [InlineData("io.confluent.connect.jdbc.JdbcSinkConnector")]
    public void It_is_found_under_the_names_that_users_write(string name) =>
        Assert.True(new PluginCatalog().AddFrom(typeof(PostgresSinkConnector).Assembly).TryFindConnector(name, out _));
}

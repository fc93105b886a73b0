using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Store;
using P2Panda.Store.Memory;
using P2Panda.Tests;

namespace P2Panda.Radio.Gateway.Tests.Api;

/// <summary>A gateway in this process, without a radio unless asked for one, with its API on a free port of loopback and its store in memory unless given.</summary>
internal sealed class ServedGateway : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly IHost _host;

    private ServedGateway(DirectoryInfo folder, IHost host, ILogStore store, Uri address)
    {
        _folder = folder;
        _host = host;
        Store = store;
        Client = new HttpClient { BaseAddress = address };
        Token = File.ReadAllText(Path.Combine(folder.FullName, "api.token")).Trim();
    }

    public ILogStore Store { get; }

    public HttpClient Client { get; }

    public string Token { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Publishes entries of <c>aquadoggo/shirokuma.json</c> as the app did: a schema, three documents, updates and a delete.</summary>
    /// <returns>How many were taken.</returns>
    public async Task<int> PublishNotesAsync()
    {
        using var json = TestVectors.Json("aquadoggo/shirokuma.json");
        var taken = 0;
        foreach (var exchange in json.RootElement.GetProperty("exchanges").EnumerateArray())
        {
            using var content = new StringContent(exchange.GetProperty("request").GetProperty("body").GetRawText());
            using var answer = await Client.PostAsync("/graphql", content);
            taken += (await answer.Content.ReadAsStringAsync()).StartsWith("{\"data\":{\"publish\"", StringComparison.Ordinal) ? 1 : 0;
        }

        return taken;
    }

    public static Task<ServedGateway> StartAsync(params string[] assignments) => StartAsync(new MemoryLogStore(), assignments);

    /// <summary>Starts with a store, which goes with it.</summary>
    public static async Task<ServedGateway> StartAsync(ILogStore store, params string[] assignments)
    {
        var folder = Directory.CreateTempSubdirectory("p2panda-radio-api-");
        string[] own = ["network.enabled=false", "api.port=0", $"api.tokenFile={folder.FullName}/api.token", $"store.path={folder.FullName}/unused.db", $"radio.keyFile={folder.FullName}/radio.key"];
        var read = SettingsReader.Read(null, new Dictionary<string, string>(), own.Concat(assignments));
        read.Problems.ShouldBeEmpty();
        var host = GatewayHost.Build(read.Settings!, store);
        await host.StartAsync();
        var addresses = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new ServedGateway(folder, host, store, new Uri(addresses.Single()));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync();
        _host.Dispose();
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

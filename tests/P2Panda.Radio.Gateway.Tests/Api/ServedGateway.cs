using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Gateway.Tests.Api;

/// <summary>A gateway without a radio in this process, with its API on a free port of loopback and its store in memory.</summary>
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

    public static async Task<ServedGateway> StartAsync(params string[] assignments)
    {
        var folder = Directory.CreateTempSubdirectory("p2panda-radio-api-");
        string[] own = ["network.enabled=false", "api.port=0", $"api.tokenFile={folder.FullName}/api.token", $"store.path={folder.FullName}/unused.db"];
        var read = SettingsReader.Read(null, new Dictionary<string, string>(), own.Concat(assignments));
        read.Problems.ShouldBeEmpty();
        var store = new MemoryLogStore();
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

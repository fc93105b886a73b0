using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using P2Panda.Bridge.Index;
using P2Panda.Bridge.Links;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Bridge.Traffic;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Node.Guests;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Puts the bridge between the log store and IP peers together from the settings.</summary>
internal static class BridgeHosting
{
    /// <summary>Adds the traffic policy. To be called first, so that the rules are in force before anything comes or goes.</summary>
    public static IServiceCollection AddTrafficPolicy(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton<IReplicationIndex>(provider => new StoreIndex(provider.GetRequiredService<ILogStore>()));
        services.AddSingleton(provider => new TrafficPolicy(
            settings.Traffic.ToRules(), provider.GetRequiredService<IReplicationIndex>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IIntakeGate>(provider => provider.GetRequiredService<TrafficPolicy>());
        services.AddSingleton<IGuestPolicy, AirTraffic>();
        services.AddSingleton<TrafficControl>();
        services.AddHostedService(provider => provider.GetRequiredService<TrafficControl>());
        return services;
    }

    /// <summary>
    /// Adds replication with the peers of the libp2p host. To be called before the host is added, so that it is ready when the first
    /// connection comes. Adds nothing when the network or the bridge is switched off.
    /// </summary>
    public static IServiceCollection AddBridge(this IServiceCollection services, GatewaySettings settings)
    {
        if (!settings.Network.Enabled || !settings.Bridge.Enabled)
        {
            return services;
        }

        services.AddSingleton(provider => new ReplicationService(
            provider.GetRequiredService<ILogStore>(),
            provider.GetRequiredService<IReplicationIndex>(),
            new ReplicationServiceOptions { AllowedSchemas = AllowedBy(settings.Bridge) },
            provider.GetService<IIntakeGate>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReplicationService>>()));
        services.AddSingleton<IProtocolHandler>(provider => provider.GetRequiredService<ReplicationService>());
        services.AddHostedService<BridgeService>();
        return services;
    }

    private static SchemaIdSet? AllowedBy(BridgeSettings bridge) => bridge.AllowSchemaIds is [SchemaIdsAttribute.Everything]
        ? null
        : SchemaIdSet.Of(bridge.AllowSchemaIds.Select(text => SchemaId.TryParse(text, out var id) ? id : null).OfType<SchemaId>());
}

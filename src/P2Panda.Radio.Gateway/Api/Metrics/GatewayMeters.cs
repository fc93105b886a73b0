using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using P2Panda.Documents;
using P2Panda.Libp2p;
using P2Panda.Radio.Gateway.Api.Apps;
using P2Panda.Radio.Gateway.Api.Status;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Node;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Api.Metrics;

/// <summary>
/// The figures of the gateway as instruments of System.Diagnostics.Metrics, so that any collector can read them; <c>/metrics</c> is one.
/// All are observed when they are read and cost nothing otherwise.
/// </summary>
internal sealed class GatewayMeters : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = RadioMetrics.MeterName;

    private readonly Meter _meter = new(Name);

    public GatewayMeters(ILogStore store, MaterialisedDocuments documents, EntryPublisher publisher, RadioNode? node = null, Libp2pHost? network = null)
    {
        _meter.CreateObservableGauge("p2panda.store.entries", () => store.EntryCount, "{entry}", "Entries that can be read.");
        _meter.CreateObservableGauge("p2panda.store.buffered", () => store.BufferedCount, "{entry}", "Entries that wait for earlier ones of their log.");
        _meter.CreateObservableCounter("p2panda.store.changes", () => store.LastChange, "{change}", "Changes of the store.");
        _meter.CreateObservableGauge("p2panda.documents.behind", () => Math.Max(0, store.LastChange - documents.ReadTo), "{change}", "Changes that the documents do not show yet.");
        _meter.CreateObservableCounter("p2panda.api.publishes", () => publisher.Outcomes.Select(pair => new Measurement<long>(pair.Value, KeyValuePair.Create<string, object?>("outcome", pair.Key))), "{entry}", "Entries that apps published, by what became of them.");
        if (network is not null)
        {
            _meter.CreateObservableGauge("p2panda.network.connections", () => network.Connections.Count, "{connection}", "Open connections to peers.");
        }

        if (node is not null)
        {
            // The radio's own are those of RadioMetrics.
            Observe("p2panda.radio.", typeof(RadioNodeCounters), () => node.Counters, property => property.Name.StartsWith("Entries", StringComparison.Ordinal));
            Observe("p2panda.mesh.", typeof(MeshCounters), () => node.Mesh.Counters, _ => true);
            _meter.CreateObservableGauge("p2panda.mesh.neighbours", () => node.ReadAtRest((radio, _) => radio.Mesh.NeighbourCount), "{gateway}", "Gateways in reach.");
            _meter.CreateObservableGauge("p2panda.radio.airtime.left", () => AirtimeLeft(node), "s", "Airtime left in the current window of the law.");
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>One counter for each that the object has and that is wanted.</summary>
    private void Observe(string prefix, Type type, Func<object> counters, Func<PropertyInfo, bool> isWanted)
    {
        foreach (var property in CounterReading.Of(type).Where(isWanted))
        {
            _meter.CreateObservableCounter(prefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), () => (long)property.GetValue(counters())!, "{event}");
        }
    }

    private static IEnumerable<Measurement<double>> AirtimeLeft(RadioNode node) =>
        node.ReadAtRest((radio, now) => radio.Ledger.Remaining(radio.Settings, now)) is { } left ? [new Measurement<double>(left.TotalSeconds)] : [];
}

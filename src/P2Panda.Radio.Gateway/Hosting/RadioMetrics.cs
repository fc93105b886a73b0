using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Node;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The radio node's counts as instruments of a meter, for whatever collects them. Read when they are collected, never written.</summary>
internal sealed class RadioMetrics(RadioNode node) : IHostedService, IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "P2Panda.Radio";

    private readonly Meter _meter = new(MeterName);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meter.CreateObservableCounter("p2panda.radio.frames.received", () => node.Counters.FramesReceived, "{frame}", "Frames received with a correct CRC");
        _meter.CreateObservableCounter("p2panda.radio.frames.corrupted", () => node.Counters.FramesCorrupted, "{frame}", "Frames received with a wrong CRC");
        _meter.CreateObservableCounter("p2panda.radio.frames.sent", () => node.Counters.FramesSent, "{frame}", "Frames transmitted");
        _meter.CreateObservableCounter("p2panda.radio.airtime", () => node.Counters.Airtime.TotalSeconds, "s", "Time on air of everything transmitted");
        _meter.CreateObservableCounter("p2panda.radio.faults", () => node.Counters.RadioFaults, "{fault}", "Radio failures, recovered or not");
        _meter.CreateObservableCounter("p2panda.radio.store.failures", () => node.Counters.StoreFailures, "{failure}", "Times the store could not be reached");
        _meter.CreateObservableCounter("p2panda.radio.store.overdue", () => node.Counters.AppendsOverdue, "{append}", "Times the store took so long that the radio went on without it");
        _meter.CreateObservableCounter("p2panda.radio.bursts.dropped", () => node.Counters.BurstsDropped, "{burst}", "Bursts heard while the store was away, beyond those that are kept");
        _meter.CreateObservableCounter("p2panda.radio.unfinished.resumed", () => node.Counters.UnfinishedResumed, "{burst}", "Bursts partly heard before the start that were taken up again");
        _meter.CreateObservableCounter("p2panda.radio.unfinished.damaged", () => node.Counters.UnfinishedDamaged, "{record}", "Records of bursts partly heard before the start that were damaged and not used");
        _meter.CreateObservableCounter("p2panda.radio.relays.urgent", () => node.Mesh.Counters.UrgentRelays, "{burst}", "Bursts of others marked as urgent that were queued for repetition");
        _meter.CreateObservableCounter("p2panda.radio.strangers.ignored", () => node.Mesh.Counters.StrangersIgnored, "{burst}", "Wants and announcements of gateways that nothing proves to be in reach, not acted upon");
        _meter.CreateObservableCounter("p2panda.radio.wants.refused", () => node.Mesh.Counters.QuotaRefusals, "{want}", "Wants not answered, or not yet, because a neighbour asks for too much or for the same again");
        _meter.CreateObservableCounter(
            "p2panda.radio.refusals",
            () => node.Refusals.ToPairs().Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("reason", pair.Key.ToString()))),
            "{refusal}",
            "Frames, bursts and records refused, by reason");
        _meter.CreateObservableGauge("p2panda.radio.forged_share", () => node.ForgedShare, "1", "Share of the symbols heard lately that was forged");
        _meter.CreateObservableGauge(
            "p2panda.radio.airtime.used",
            () => Enum.GetValues<TrafficClass>().Select(kind => new Measurement<double>(
                node.AirtimeUsed(kind).TotalSeconds, new KeyValuePair<string, object?>("class", kind.ToString()))),
            "s",
            "Airtime used in the last hour, by class of traffic");
        _meter.CreateObservableGauge(
            "p2panda.radio.link.loss",
            () => node.Links.Select(link => new Measurement<double>(
                link.Loss, new KeyValuePair<string, object?>("neighbour", new KeyId(link.Neighbour).ToString()))),
            "1",
            "Share of a neighbour's frames that does not arrive");
        _meter.CreateObservableGauge(
            "p2panda.radio.link.snr",
            () => node.Links.Select(link => new Measurement<double>(
                link.SnrDb, new KeyValuePair<string, object?>("neighbour", new KeyId(link.Neighbour).ToString()))),
            "dB",
            "Signal-to-noise ratio of a neighbour's frames, averaged");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();
}

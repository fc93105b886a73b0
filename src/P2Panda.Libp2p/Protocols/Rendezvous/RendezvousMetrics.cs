using System.Diagnostics.Metrics;
using P2Panda.Libp2p.Diagnostics;

namespace P2Panda.Libp2p.Protocols.Rendezvous;

/// <summary>What a rendezvous server adds to the meter <c>P2Panda.Libp2p</c>.</summary>
internal sealed class RendezvousMetrics : IDisposable
{
    private readonly Meter _meter = new(HostMetrics.MeterName);
    private readonly Counter<long> _requests;
    private readonly Counter<long> _unreadable;

    public RendezvousMetrics(Func<int> registrations)
    {
        _requests = _meter.CreateCounter<long>("libp2p.rendezvous.requests", "{request}", "Requests by type and status.");
        _unreadable = _meter.CreateCounter<long>("libp2p.rendezvous.unreadable", "{request}", "Requests that ended their stream.");
        _meter.CreateObservableUpDownCounter("libp2p.rendezvous.registrations", registrations, "{registration}", "Registrations held.");
    }

    public void Answered(RendezvousMessageType type, RendezvousStatus? status) =>
        _requests.Add(1, new("type", type.ToString()), new("status", status?.ToString() ?? "none"));

    public void Unreadable() => _unreadable.Add(1);

    public void Dispose() => _meter.Dispose();
}

using System.Diagnostics.CodeAnalysis;
using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Swarm;

namespace P2Panda.Libp2p;

/// <summary>Brings inbound connections from transports to the host: gates and limits first.</summary>
internal sealed class InboundSink(Libp2pHost host) : IConnectionSink
{
    public bool TryAdmit(Multiaddr local, Multiaddr remote, [NotNullWhen(true)] out IPendingInbound? pending)
    {
        pending = null;
        if (!host.IsAcceptAllowed(remote, out var gate))
        {
            host.Metrics.Refused(gate);
            return false;
        }

        var limit = host.Accountant.TryBeginInbound(remote, out var lease);
        if (limit != LimitResult.Ok)
        {
            host.Metrics.Refused($"limit {limit}");
            Log.Refused(host.Logger, remote, $"limit {limit}");
            return false;
        }

        pending = new Pending(host, remote, lease!);
        return true;
    }

    private sealed class Pending(Libp2pHost host, Multiaddr remote, ConnectionLease lease) : IPendingInbound
    {
        private bool _completed;

        public void Complete(IMuxedConnection connection)
        {
            _completed = true;
            host.Metrics.Handshake(success: true);
            _ = host.AdoptAsync(connection, ConnectionDirection.Inbound, lease).AsTask();
        }

        public void Fail(string reason)
        {
            host.Metrics.Handshake(success: false);
            Log.HandshakeFailed(host.Logger, remote, reason);
        }

        public void Dispose()
        {
            if (!_completed)
            {
                lease.Dispose();
            }
        }
    }
}

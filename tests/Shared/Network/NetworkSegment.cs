using System.Net;

namespace P2Panda.Tests.Network;

/// <summary>Places that reach each other directly; what is addressed elsewhere goes to the gateway, if there is one.</summary>
internal sealed class NetworkSegment(VirtualNetwork network)
{
    private readonly Dictionary<IPAddress, Action<IPEndPoint, IPEndPoint, byte[]>> _places = [];
    private readonly Dictionary<IPAddress, long> _busyUntil = [];

    /// <summary>What lies between a place and the rest of this segment, by the sender's address.</summary>
    public Dictionary<IPAddress, LinkQuality> Links { get; } = [];

    /// <summary>What lies between places that have no link of their own.</summary>
    public LinkQuality Quality { get; set; } = new();

    /// <summary>Takes what is addressed to nobody here.</summary>
    public Action<IPEndPoint, IPEndPoint, byte[]>? Gateway { get; set; }

    /// <summary>Datagrams that were put on their way.</summary>
    public long Sent { get; private set; }

    public void Attach(IPAddress address, Action<IPEndPoint, IPEndPoint, byte[]> receive) => _places[address] = receive;

    public void Detach(IPAddress address) => _places.Remove(address);

    /// <summary>Puts a datagram on its way.</summary>
    public void Send(IPEndPoint from, IPEndPoint to, byte[] datagram)
    {
        Sent++;
        var quality = Links.GetValueOrDefault(from.Address, Quality);
        if (datagram.Length > quality.MaxDatagram || !TryQueue(from.Address, datagram.Length, quality, out var wait))
        {
            return;
        }

        var copies = network.Random.NextDouble() < quality.Duplication ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            if (network.Random.NextDouble() >= quality.Loss)
            {
                network.Time.After(wait + quality.Latency + (quality.Jitter * network.Random.NextDouble()), () => Arrive(from, to, datagram));
            }
        }
    }

    private void Arrive(IPEndPoint from, IPEndPoint to, byte[] datagram)
    {
        if (_places.TryGetValue(to.Address, out var receive))
        {
            receive(from, to, datagram);
        }
        else
        {
            Gateway?.Invoke(from, to, datagram);
        }
    }

    /// <summary>Waits behind what this sender sent before.</summary>
    private bool TryQueue(IPAddress sender, int length, LinkQuality quality, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (quality.BytesPerSecond == 0)
        {
            return true;
        }

        var now = network.Time.GetTimestamp();
        var free = Math.Max(now, _busyUntil.GetValueOrDefault(sender));
        if ((free - now) * quality.BytesPerSecond / network.Time.TimestampFrequency > quality.QueueBytes)
        {
            return false;
        }

        free += (length * network.Time.TimestampFrequency) / quality.BytesPerSecond;
        _busyUntil[sender] = free;
        wait = TimeSpan.FromTicks((free - now) / 100);
        return true;
    }
}

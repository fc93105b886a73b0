using System.Net;
using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;
using P2Panda.Libp2p.Security.Tls;
using P2Panda.Tests.Network;

namespace P2Panda.Libp2p.Quic.Tests.Support;

/// <summary>An engine at a port of a <see cref="DatagramNetwork"/>.</summary>
internal sealed class MemoryPort : IDatagramSender, IDisposable
{
    private readonly DatagramNetwork _network;
    private readonly VirtualHost _host;
    private readonly IPEndPoint _endPoint;
    private readonly QuicContext _context;
    private NativeAddress _visible;
    private ulong _deadline = QuicClock.Never;
    private bool _disposed;

    public MemoryPort(DatagramNetwork network, VirtualHost host, IPEndPoint endPoint, KeyPair key, QuicOptions options, bool withCertificate = true)
    {
        _network = network;
        _host = host;
        _endPoint = endPoint;
        Key = key;
        Address = _visible = NativeAddress.From(endPoint);
        using var identity = TlsIdentity.Create(key, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var certificate = withCertificate ? identity.CertificateDer.Span : default;
        _context = QuicContext.Create(certificate, identity.PrivateKeyPkcs8.Span, key.DeriveSecret("test secret"), options);
        Engine = new QuicEngine(_context, options, Address, this, network.Clock);
        host.Listen(endPoint.Port, Receive);
    }

    public KeyPair Key { get; }

    public QuicEngine Engine { get; }

    public NativeAddress Address { get; }

    /// <summary>Where its datagrams seem to come from, as when a NAT forgot it; answers to it arrive here.</summary>
    public NativeAddress Visible
    {
        get => _visible;
        set
        {
            _visible = value;
            _network.Alias(this, value.ToEndPoint());
        }
    }

    /// <summary>Sees every datagram before it leaves; false swallows it.</summary>
    public Func<byte[], bool>? Outbound { get; set; }

    public int Sent { get; private set; }

    public void Send(ReadOnlySpan<byte> data, ReadOnlySpan<NativePacket> packets, ReadOnlySpan<byte> local)
    {
        foreach (ref readonly var packet in packets)
        {
            var datagram = data[..(int)packet.Size].ToArray();
            data = data[(int)packet.Size..];
            Sent++;
            if (Outbound?.Invoke(datagram) == false)
            {
                continue;
            }

            if (_visible.Equals(Address))
            {
                _host.Send(_endPoint.Port, packet.Remote.ToEndPoint(), datagram);
            }
            else
            {
                _network.Post(_visible, packet.Remote, datagram);
            }
        }
    }

    public void WakeAt(ulong deadline)
    {
        if (deadline >= _deadline)
        {
            return;
        }

        _deadline = deadline;
        _network.Time.At((long)deadline, () =>
        {
            if (!_disposed && _deadline == deadline)
            {
                Advance();
            }
        });
    }

    public unsafe void Receive(IPEndPoint from, byte[] bytes)
    {
        var remote = NativeAddress.From(from);
        var datagram = new NativeDatagram
        {
            Size = (uint)bytes.Length,
            Segment = (uint)bytes.Length,
            RemoteLength = remote.Length,
            RemoteBytes = remote.Bytes,
        };
        fixed (byte* start = bytes)
        {
            Engine.Receive(start, (uint)bytes.Length, [datagram]);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _host.Close(_endPoint.Port);
        Engine.Dispose();
        _context.Dispose();
    }

    private void Advance()
    {
        _deadline = QuicClock.Never;
        var next = Engine.Advance();
        if (next != QuicClock.Never)
        {
            WakeAt(next);
        }
    }
}

using System.Net;
using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;
using P2Panda.Libp2p.Security.Tls;

namespace P2Panda.Libp2p.Quic.Tests.Support;

/// <summary>An engine at an address of a <see cref="DatagramNetwork"/>.</summary>
internal sealed class MemoryPort : IDatagramSender, IDisposable
{
    private readonly DatagramNetwork _network;
    private readonly QuicContext _context;

    public MemoryPort(DatagramNetwork network, string address, KeyPair key, QuicOptions options, bool withCertificate = true)
    {
        _network = network;
        Key = key;
        Address = NativeAddress.From(IPEndPoint.Parse(address));
        Visible = Address;
        using var identity = TlsIdentity.Create(key, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var certificate = withCertificate ? identity.CertificateDer.Span : default;
        _context = QuicContext.Create(certificate, identity.PrivateKeyPkcs8.Span, key.DeriveSecret("test secret"), options);
        Engine = new QuicEngine(_context, options, Address, this, network.Clock);
    }

    public KeyPair Key { get; }

    public QuicEngine Engine { get; }

    public NativeAddress Address { get; }

    /// <summary>Where its datagrams seem to come from, as behind a NAT; answers to it arrive here.</summary>
    public NativeAddress Visible { get; set; }

    /// <summary>Sees every datagram before it leaves; false swallows it.</summary>
    public Func<byte[], bool>? Outbound { get; set; }

    public ulong Deadline { get; set; } = QuicClock.Never;

    public int Sent { get; private set; }

    public void Send(ReadOnlySpan<byte> data, ReadOnlySpan<NativePacket> packets, ReadOnlySpan<byte> local)
    {
        foreach (ref readonly var packet in packets)
        {
            var datagram = data[..(int)packet.Size].ToArray();
            data = data[(int)packet.Size..];
            Sent++;
            if (Outbound?.Invoke(datagram) != false)
            {
                _network.Post(Visible, packet.Remote, datagram);
            }
        }
    }

    public void WakeAt(ulong deadline) => Deadline = Math.Min(Deadline, deadline);

    public void Dispose()
    {
        Engine.Dispose();
        _context.Dispose();
    }
}

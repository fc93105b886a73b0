using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Sockets;

/// <summary>
/// A UDP socket with the engine behind it and the one thread that reads it and runs its timers. Datagrams travel in batches both ways:
/// a system call each would cost more than the cryptography.
/// </summary>
internal sealed unsafe class UdpEndpoint : IDatagramSender, IDisposable
{
    /// <summary>A slot holds as much as receive offload puts together.</summary>
    private const uint SlotSize = 65536;

    private const uint Slots = 8;

    /// <summary>Batches read before timers have their turn.</summary>
    private const int BatchesPerTurn = 8;

    private const ulong LongestWait = 60_000_000_000;

    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly int _wakeUp;
    private readonly byte* _buffer;
    private readonly Thread _thread;
    private readonly QuicClock _clock;
    private volatile bool _stop;
    private bool _offload;

    /// <summary>Binds the address and starts.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public UdpEndpoint(IPEndPoint bind, QuicContext context, QuicOptions options, QuicClock clock)
    {
        _clock = clock;
        _offload = options.UseSegmentationOffload;
        _socket = Bind(bind, options);
        _descriptor = (int)_socket.Handle;
        _wakeUp = PandaQuic.EventNew();
        var bound = (IPEndPoint)_socket.LocalEndPoint!;
        LocalEndPoint = bound;
        Engine = new QuicEngine(context, options, NativeAddress.From(bound), this, clock);
        _buffer = (byte*)NativeMemory.Alloc(Slots * SlotSize);
        _thread = new Thread(Run) { IsBackground = true, Name = $"quic {bound}" };
        _thread.Start();
    }

    public QuicEngine Engine { get; }

    public IPEndPoint LocalEndPoint { get; }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> data, ReadOnlySpan<NativePacket> packets, ReadOnlySpan<byte> local)
    {
        fixed (byte* dataBytes = data, localBytes = local)
        fixed (NativePacket* packetArray = packets)
        {
            var noOffload = PandaQuic.UdpSend(
                _descriptor, dataBytes, packetArray, (uint)packets.Length, localBytes, (uint)local.Length, _offload ? 1 : 0);
            _offload &= noOffload == 0;
        }
    }

    /// <inheritdoc/>
    public void WakeAt(ulong deadline)
    {
        if (Environment.CurrentManagedThreadId != _thread.ManagedThreadId)
        {
            PandaQuic.EventSignal(_wakeUp);
        }
    }

    public void Dispose()
    {
        if (_stop)
        {
            return;
        }

        Engine.Dispose();
        _stop = true;
        PandaQuic.EventSignal(_wakeUp);
        _thread.Join();
        PandaQuic.EventClose(_wakeUp);
        NativeMemory.Free(_buffer);
        _socket.Dispose();
    }

    private static Socket Bind(IPEndPoint bind, QuicOptions options)
    {
        var socket = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            var isIPv6 = bind.AddressFamily == AddressFamily.InterNetworkV6;
            if (isIPv6)
            {
                socket.DualMode = false;   // IPv4 has a socket of its own
            }

            socket.ReceiveBufferSize = options.SocketBuffer;
            socket.SendBufferSize = options.SocketBuffer;
            var prepared = PandaQuic.UdpPrepare((int)socket.Handle, isIPv6 ? 1 : 0);
            if (prepared < 0)
            {
                throw new SocketException(-prepared);
            }

            socket.Bind(bind);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Run()
    {
        var datagrams = new NativeDatagram[Slots];
        while (!_stop)
        {
            var deadline = Engine.Advance();
            var now = _clock.Now;
            var wait = deadline <= now ? 0 : Math.Min(deadline - now, LongestWait);
            if ((PandaQuic.UdpWait(_descriptor, _wakeUp, wait) & 1) == 0)
            {
                continue;
            }

            for (var batch = 0; batch < BatchesPerTurn; batch++)
            {
                int count;
                fixed (NativeDatagram* slots = datagrams)
                {
                    count = PandaQuic.UdpReceive(_descriptor, _buffer, SlotSize, slots, Slots);
                }

                if (count <= 0)
                {
                    break;
                }

                Engine.Receive(_buffer, SlotSize, datagrams.AsSpan(0, count));
                if (count < Slots)
                {
                    break;
                }
            }
        }
    }
}

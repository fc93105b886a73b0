using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>
/// All connections of one UDP port: routes datagrams by connection id, decides who may begin a handshake, keeps deadlines. Datagrams and
/// instants come in through <see cref="Receive"/> and <see cref="Advance"/>, datagrams go out through an <see cref="IDatagramSender"/>;
/// no socket and no clock of its own, so tests run it in memory and in virtual time.
/// </summary>
internal sealed unsafe class QuicEngine : IDisposable
{
    /// <summary>Bursts sent for one connection before others have their turn.</summary>
    private const int BurstsPerTurn = 4;

    /// <summary>A closed connection is remembered for three probe time-outs (RFC 9000 section 10.2), and this long at least.</summary>
    private const ulong ClosingPeriodMin = 500_000_000;

    /// <summary>Smallest stateless reset (RFC 9000 section 10.3).</summary>
    private const uint StatelessResetMin = 21;

    /// <summary>Connections to one address that are tried for a stateless reset.</summary>
    private const int ResetCandidatesMax = 64;

    /// <summary>Smallest datagram an Initial may come in (RFC 9000 section 14.1).</summary>
    private const uint InitialDatagramMin = 1200;

    private readonly QuicContext _context;
    private readonly IDatagramSender _sender;
    private readonly NativeAddress _local;
    private readonly Dictionary<ConnectionId, QuicConnection> _routes = [];
    private readonly HashSet<QuicConnection> _connections = [];
    private readonly Dictionary<NativeAddress, List<QuicConnection>> _byRemote = [];
    private readonly Dictionary<NativeAddress, TaskCompletionSource<QuicConnection>> _awaited = [];
    private readonly DeadlineQueue _deadlines = new();
    private readonly List<QuicConnection> _dirty = [];
    private readonly List<QuicStream> _readable = [];
    private readonly List<(uint Slot, uint Offset, uint Length)> _initials = [];
    private readonly ClosedConnections _closed;
    private readonly StatelessReplies _replies;
    private readonly byte[] _output;
    private readonly NativePacket[] _packets = new NativePacket[PandaQuic.SegmentsMax];
    private readonly long[] _drops = new long[Enum.GetValues<DropReason>().Length];
    private ulong _wakeAt = QuicClock.Never;
    private bool _disposed;

    /// <param name="context">Identity and parameters; not disposed with the engine, because engines share it.</param>
    /// <param name="options">The same options the context was made with.</param>
    /// <param name="local">Address the port is bound to.</param>
    /// <param name="sender">Where datagrams go.</param>
    /// <param name="clock">Time.</param>
    public QuicEngine(QuicContext context, QuicOptions options, in NativeAddress local, IDatagramSender sender, QuicClock clock)
    {
        _context = context;
        _local = local;
        _sender = sender;
        Clock = clock;
        Options = options;
        Admission = new HandshakeAdmission(options);
        _closed = new ClosedConnections(options.MaxClosedConnectionIds);
        _replies = new StatelessReplies(context, options, sender);
        _output = GC.AllocateUninitializedArray<byte>(PandaQuic.SegmentsMax * options.MaxUdpPayload, pinned: true);
    }

    /// <summary>Held around everything below and around every call into the shim.</summary>
    public Lock Gate { get; } = new();

    public QuicClock Clock { get; }

    public QuicOptions Options { get; }

    public HandshakeAdmission Admission { get; }

    /// <summary>Who takes inbound connections; null refuses them. Asked without the gate held.</summary>
    public IConnectionSink? Sink { get; set; }

    public NativeAddress LocalAddress => _local;

    public int ConnectionCount => _connections.Count;

    public int RouteCount => _routes.Count;

    public int ClosedCount => _closed.Count;

    public long StatelessRepliesSent => _replies.Sent;

    public long Drops(DropReason reason) => _drops[(int)reason];

    /// <summary>Takes a batch of received datagrams.</summary>
    /// <param name="buffer">The receive buffer.</param>
    /// <param name="slot">Bytes per slot.</param>
    /// <param name="datagrams">What each slot holds.</param>
    public void Receive(byte* buffer, uint slot, ReadOnlySpan<NativeDatagram> datagrams)
    {
        _initials.Clear();
        lock (Gate)
        {
            var now = Clock.Now;
            for (uint i = 0; i < datagrams.Length; i++)
            {
                ref readonly var datagram = ref datagrams[(int)i];
                var segment = Math.Max(datagram.Segment, 1);
                for (uint offset = 0; offset < datagram.Size; offset += segment)
                {
                    var length = Math.Min(segment, datagram.Size - offset);
                    if (!Route(buffer + (i * slot) + offset, length, datagram, now))
                    {
                        _initials.Add((i, offset, length));
                    }
                }
            }

            Settle(now);
        }

        // The swarm is asked whether it wants a connection without our lock, because it has its own.
        foreach (var (index, offset, length) in _initials)
        {
            Admit(buffer + (index * slot) + offset, length, datagrams[(int)index]);
        }
    }

    /// <summary>Runs the timers that are due.</summary>
    /// <returns>When to call again; <see cref="QuicClock.Never"/> for never.</returns>
    public ulong Advance()
    {
        lock (Gate)
        {
            var now = Clock.Now;
            while (_deadlines.FirstDue(now) is { } connection)
            {
                var status = PandaQuic.OnTimer(connection.Native, now);
                if (status != NativeStatus.Ok)
                {
                    End(connection, status, now);
                    continue;
                }

                _deadlines.Set(connection, QuicClock.Never);   // until it has been flushed
                MarkDirty(connection);
            }

            Settle(now);
            return _wakeAt = _deadlines.Next;
        }
    }

    /// <summary>Starts a handshake.</summary>
    /// <param name="remote">Where to.</param>
    /// <param name="expected">Who must answer; null accepts anybody.</param>
    public QuicConnection Connect(in NativeAddress remote, PeerId? expected)
    {
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var now = Clock.Now;
            NativeAddress to = remote, from = _local;
            var connection = new QuicConnection(this, HandshakeRole.Dialer, to, expected, pending: null);
            connection.Native = PandaQuic.Connect(
                _context.Pointer, connection.User, (byte*)&from.Bytes, from.Length, (byte*)&to.Bytes, to.Length, now);
            if (connection.Native == 0)
            {
                connection.Release();
                throw new IOException("QUIC: no memory for another connection.");
            }

            Add(connection);
            Flush(connection, now);
            return connection;
        }
    }

    /// <summary>Announces that a connection from exactly this address is awaited (hole punching): it goes to the task, not to the sink.</summary>
    public Task<QuicConnection> Await(in NativeAddress remote)
    {
        var source = new TaskCompletionSource<QuicConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            return _awaited.TryAdd(remote, source) ? source.Task : throw new IOException("QUIC: a connection from there is awaited already.");
        }
    }

    public void StopAwaiting(in NativeAddress remote)
    {
        lock (Gate)
        {
            _awaited.Remove(remote);
        }
    }

    /// <summary>Sends a datagram that belongs to no connection from this port.</summary>
    public void SendRaw(ReadOnlySpan<byte> datagram, in NativeAddress remote)
    {
        lock (Gate)
        {
            _sender.Send(datagram, [new NativePacket { Size = (uint)datagram.Length, Remote = remote }], []);
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (var connection in _connections.ToArray())
            {
                Close(connection, 0, "shutting down");
            }
        }
    }

    // ---- what follows is called with the gate held ----

    /// <summary>Whether a datagram found its place; false for a possible Initial, which waits for admission.</summary>
    private bool Route(byte* bytes, uint length, in NativeDatagram datagram, ulong now)
    {
        uint cidLength, isLong, supported;
        var cid = stackalloc byte[PandaQuic.CidMax];
        if (PandaQuic.Parse(bytes, length, cid, &cidLength, &isLong, &supported) != NativeStatus.Ok)
        {
            return Drop(DropReason.Malformed);
        }

        var id = ConnectionId.Of(new ReadOnlySpan<byte>(cid, (int)cidLength));
        var remote = datagram.Remote;
        if (_routes.TryGetValue(id, out var connection))
        {
            Read(connection, bytes, length, datagram, now);
            return true;
        }

        if (_closed.Matches(id, remote, now, out var answer))
        {
            return answer is null || _replies.RepeatClose(answer, remote, datagram.LocalSpan, now) || Drop(DropReason.ReplyBudgetSpent);
        }

        if (supported == 0)
        {
            return Sink is not null && length >= InitialDatagramMin && _replies.NegotiateVersion(bytes, length, remote, datagram.LocalSpan, now)
                || Drop(DropReason.NotAnInitial);
        }

        if (isLong == 0)
        {
            if (ResetsOneOfOurs(bytes, length, datagram, now))
            {
                return true;
            }

            Drop(DropReason.UnknownConnection);
            return _replies.Reset(new ReadOnlySpan<byte>(cid, (int)cidLength), length, remote, datagram.LocalSpan, now)
                || Drop(DropReason.ReplyBudgetSpent);
        }

        return length < InitialDatagramMin && Drop(DropReason.NotAnInitial);
    }

    /// <summary>A stateless reset carries a made-up connection id; only the address it comes from says whom it may concern.</summary>
    private bool ResetsOneOfOurs(byte* bytes, uint length, in NativeDatagram datagram, ulong now)
    {
        if (length < StatelessResetMin || !_byRemote.TryGetValue(datagram.Remote, out var candidates))
        {
            return false;
        }

        foreach (var candidate in candidates.Take(ResetCandidatesMax))
        {
            if (Feed(candidate, bytes, length, datagram, now) == NativeStatus.Draining)
            {
                End(candidate, NativeStatus.Draining, now);
                return true;
            }
        }

        return false;
    }

    private bool Drop(DropReason reason)
    {
        _drops[(int)reason]++;
        QuicMeter.Dropped(reason);
        return true;
    }

    private void Admit(byte* bytes, uint length, in NativeDatagram datagram)
    {
        var remote = datagram.Remote;
        bool awaited, requireToken;
        lock (Gate)
        {
            var now = Clock.Now;
            if (_disposed || RouteKnown(bytes, length, datagram, now))
            {
                return;
            }

            awaited = _awaited.ContainsKey(remote);
            if (Sink is null && !awaited)
            {
                Drop(DropReason.NotListening);
                return;
            }

            if (Admission.Judge(remote, now, out requireToken) is { } refusal)
            {
                Drop(refusal);
                return;
            }
        }

        IPendingInbound? pending = null;
        if (!awaited && !Sink!.TryAdmit(QuicAddress.From(_local, datagram.LocalSpan), QuicAddress.From(remote), out pending))
        {
            lock (Gate)
            {
                Drop(DropReason.Gated);
            }

            return;
        }

        lock (Gate)
        {
            var now = Clock.Now;
            if (!Accept(bytes, length, datagram, pending, requireToken && !awaited, now))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static lease => lease?.Dispose(), pending, preferLocal: false);
            }

            Settle(now);
        }
    }

    /// <summary>A second datagram of the same first flight belongs to the connection the first one made.</summary>
    private bool RouteKnown(byte* bytes, uint length, in NativeDatagram datagram, ulong now)
    {
        uint cidLength, isLong, supported;
        var cid = stackalloc byte[PandaQuic.CidMax];
        if (PandaQuic.Parse(bytes, length, cid, &cidLength, &isLong, &supported) == NativeStatus.Ok
            && _routes.TryGetValue(ConnectionId.Of(new ReadOnlySpan<byte>(cid, (int)cidLength)), out var connection))
        {
            Read(connection, bytes, length, datagram, now);
            Settle(now);
            return true;
        }

        return false;
    }

    private bool Accept(byte* bytes, uint length, in NativeDatagram datagram, IPendingInbound? pending, bool requireToken, ulong now)
    {
        NativeAddress remote = datagram.Remote, local = _local;
        NativeStatus status;
        var connection = new QuicConnection(this, HandshakeRole.Listener, remote, expected: null, pending);
        connection.Native = PandaQuic.Accept(
            _context.Pointer, connection.User, bytes, length, (byte*)&local.Bytes, local.Length, (byte*)&remote.Bytes, remote.Length,
            requireToken ? 1 : 0, now, &status);
        if (connection.Native == 0)
        {
            connection.Release();
            if (status != NativeStatus.Retry)
            {
                Drop(DropReason.NotAnInitial);
            }
            else if (!_replies.Retry(bytes, length, remote, datagram.LocalSpan, now))
            {
                Drop(DropReason.ReplyBudgetSpent);
            }

            return false;
        }

        Add(connection);
        Admission.Began(remote.Prefix);
        Read(connection, bytes, length, datagram, now);
        return true;
    }

    private void Add(QuicConnection connection)
    {
        _connections.Add(connection);
        if (!_byRemote.TryGetValue(connection.RemoteNative, out var siblings))
        {
            _byRemote.Add(connection.RemoteNative, siblings = new(1));
        }

        siblings.Add(connection);
    }

    private NativeStatus Feed(QuicConnection connection, byte* bytes, uint length, in NativeDatagram datagram, ulong now)
    {
        NativeAddress remote = datagram.Remote, local = _local;
        return PandaQuic.Read(
            connection.Native, (byte*)&local.Bytes, local.Length, (byte*)&remote.Bytes, remote.Length, bytes, length, now);
    }

    private void Read(QuicConnection connection, byte* bytes, uint length, in NativeDatagram datagram, ulong now)
    {
        var status = Feed(connection, bytes, length, datagram, now);
        if (status != NativeStatus.Ok)
        {
            End(connection, status, now);
            return;
        }

        connection.SetLocal(datagram.LocalSpan);
        MarkDirty(connection);
    }

    internal void MarkDirty(QuicConnection connection)
    {
        if (!connection.IsDirty)
        {
            connection.IsDirty = true;
            _dirty.Add(connection);
        }
    }

    internal void MarkReadable(QuicStream stream) => _readable.Add(stream);

    internal void AddRoute(in ConnectionId id, QuicConnection connection) => _routes[id] = connection;

    internal void RemoveRoute(in ConnectionId id) => _routes.Remove(id);

    /// <summary>Finishes what the callbacks of a batch only noted: readers are woken, faults become closes, answers leave.</summary>
    private void Settle(ulong now)
    {
        foreach (var stream in _readable)
        {
            stream.WakeReader();
        }

        _readable.Clear();
        for (var i = 0; i < _dirty.Count; i++)
        {
            Flush(_dirty[i], now);
        }

        _dirty.Clear();
    }

    /// <summary>Sends what a connection has to send and learns when it next wants attention.</summary>
    internal void Flush(QuicConnection connection, ulong now)
    {
        connection.IsDirty = false;
        if (connection.Native == 0)
        {
            return;
        }

        if (connection.Fault is { } fault)
        {
            Close(connection, QuicCloseCode.InternalError, fault.Message);
            return;
        }

        connection.StopOverdue(now);
        connection.ContinueWrites();
        for (var burst = 0; burst < BurstsPerTurn; burst++)
        {
            int count;
            fixed (byte* output = _output)
            fixed (NativePacket* packets = _packets)
            {
                count = PandaQuic.Write(connection.Native, output, (uint)_output.Length, packets, (uint)_packets.Length, now);
            }

            if (count < 0)
            {
                End(connection, (NativeStatus)count, now);
                return;
            }

            if (count > 0)
            {
                _sender.Send(_output, _packets.AsSpan(0, count), connection.LocalBytes);
            }

            if (count < _packets.Length)
            {
                break;
            }

            now = Clock.Now;
        }

        _deadlines.Set(connection, Math.Min(PandaQuic.Expiry(connection.Native), connection.EndsDue));
        if (connection.Deadline < _wakeAt)
        {
            _wakeAt = connection.Deadline;
            _sender.WakeAt(_wakeAt);
        }
    }

    internal void OnEstablished(QuicConnection connection)
    {
        if (connection.Role == HandshakeRole.Dialer)
        {
            return;
        }

        Admission.Finished(connection.Prefix);
        connection.Awaiter = _awaited.GetValueOrDefault(connection.RemoteNative);
    }

    /// <summary>Closes from our side.</summary>
    internal void Close(QuicConnection connection, ulong code, string reason)
    {
        if (connection.Native != 0)
        {
            var now = Clock.Now;
            Remove(connection, SayGoodbye(connection, NativeCloseKind.Application, code, now), reason, now);
        }
    }

    private void End(QuicConnection connection, NativeStatus status, ulong now)
    {
        if (connection.Native == 0)
        {
            return;
        }

        var closing = status == NativeStatus.Close ? SayGoodbye(connection, NativeCloseKind.Pending, 0, now) : null;
        if (status == NativeStatus.Drop)
        {
            Drop(DropReason.NotAnInitial);
        }

        Remove(connection, closing, CloseReasons.Describe(connection, status), now);
    }

    private byte[]? SayGoodbye(QuicConnection connection, NativeCloseKind kind, ulong code, ulong now)
    {
        NativeAddress remote = default;
        int length;
        fixed (byte* output = _output)
        {
            length = PandaQuic.Close(
                connection.Native, kind, code, null, 0, output, (uint)Options.MaxUdpPayload, (byte*)&remote.Bytes, &remote.Length, now);
        }

        if (length <= 0)
        {
            return null;
        }

        var closing = _output.AsSpan(0, length).ToArray();
        _sender.Send(closing, [new NativePacket { Size = (uint)length, Remote = remote }], connection.LocalBytes);
        return closing;
    }

    private void Remove(QuicConnection connection, byte[]? closing, string reason, ulong now)
    {
        NativeConnectionState state;
        PandaQuic.GetState(connection.Native, &state);
        var until = now + Math.Max(3 * state.ProbeTimeout, ClosingPeriodMin);
        foreach (var id in connection.Ids)
        {
            _routes.Remove(id);
        }

        _closed.Add(connection.Ids, closing, connection.RemoteNative, until);
        _deadlines.Remove(connection);
        _connections.Remove(connection);
        if (_byRemote.TryGetValue(connection.RemoteNative, out var siblings) && siblings.Remove(connection) && siblings.Count == 0)
        {
            _byRemote.Remove(connection.RemoteNative);
        }

        if (connection.Role == HandshakeRole.Listener)
        {
            Admission.Ended(connection.Prefix, connection.IsEstablished);
        }

        connection.OnClosed(reason);
        PandaQuic.Free(connection.Native);
        connection.Native = 0;
        connection.Release();
    }
}

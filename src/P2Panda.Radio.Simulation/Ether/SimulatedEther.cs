using P2Panda.Radio.Simulation.Time;

namespace P2Panda.Radio.Simulation.Ether;

/// <summary>
/// The air between simulated radios: who hears whom and how well, how long frames last, what overlapping frames do to each other, and a
/// record of everything that was sent. Radios are put on it by <see cref="Chip.ChipModel"/>; the same seed and the same acts
/// give the same outcome.
/// </summary>
/// <remarks>
/// The clock is the <see cref="TimeProvider"/> given: <see cref="VirtualTimeProvider"/> for scenarios, <see cref="TimeProvider.System"/> for
/// real time. Stations that are not connected do not hear each other.
/// <code>
/// var time = new VirtualTimeProvider();
/// var ether = new SimulatedEther(time, new EtherOptions { Seed = 7 });
/// var a = new SimulatedStation(ether, "A");
/// var b = new SimulatedStation(ether, "B");
/// ether.Connect("A", "B", new Link(PathLossDb: 115, LossProbability: 0.2));
/// a.Radio.Start(settings, eventsOfA);
/// b.Radio.Start(settings, eventsOfB);
/// b.Radio.Receive();
/// a.Radio.Transmit(frame);
/// time.RunFor(TimeSpan.FromSeconds(1));
/// </code>
/// </remarks>
public sealed class SimulatedEther
{
    private readonly object _gate = new();
    private readonly long _origin;
    private readonly List<EtherStation> _stations = [];
    private readonly Dictionary<string, EtherStation> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Transmission, List<Signal>> _onAir = [];
    private readonly Stack<List<Signal>> _spareLists = new();
    private readonly List<Transmission> _record = [];
    private readonly Queue<Action> _notifications = new();
    private readonly ITimer _pump;
    private readonly PriorityQueue<(EtherTimer Timer, long Generation), TimeSpan> _expected = new();
    private bool _settling;
    private bool _notifying;
    private bool _insideTimer;
    private long _number;

    /// <summary>An empty ether.</summary>
    public SimulatedEther(TimeProvider time, EtherOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        Time = time;
        Options = options ?? new EtherOptions();
        IsVirtual = time is VirtualTimeProvider;
        _origin = time.GetTimestamp();
        _pump = time.CreateTimer(_ => DeliverNotifications(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Raised, with nothing locked, when a transmission is over, before anybody hears of it.</summary>
    public event Action<Transmission>? TransmissionEnded;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Physics and bookkeeping.</summary>
    public EtherOptions Options { get; }

    /// <summary>Time since the ether began.</summary>
    public TimeSpan Now => Time.GetElapsedTime(_origin);

    /// <summary>Stations in the order they were added.</summary>
    public IReadOnlyList<EtherStation> Stations => _stations;

    /// <summary>Everything that was sent, in the order of starting, up to <see cref="EtherOptions.RecordCapacity"/>.</summary>
    public IReadOnlyList<Transmission> Transmissions => _record;

    /// <summary>Transmissions that found the record full.</summary>
    public long TransmissionsNotRecorded { get; private set; }

    /// <summary>Adds an antenna.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public EtherStation AddStation(string name, double crystalErrorPpm = 0) => Add(name, crystalErrorPpm, isFar: false);

    /// <summary>Adds a station of another process, to be heard by one of this.</summary>
    internal EtherStation AddFarStation(string name, EtherStation receiver)
    {
        var station = Add(name, 0, isFar: true);
        ConnectOneWay(name, receiver.Name);
        return station;
    }

    /// <summary>Lets two stations hear each other, or changes how well they do.</summary>
    public void Connect(string a, string b, Link? link = null)
    {
        ConnectOneWay(a, b, link);
        ConnectOneWay(b, a, link);
    }

    /// <summary>Lets one station be heard by another, or changes how well it is.</summary>
    public void ConnectOneWay(string from, string to, Link? link = null)
    {
        lock (_gate)
        {
            var (sender, receiver) = (Station(from), Station(to));
            if (sender == receiver)
                throw new ArgumentException("A station is not linked to itself.", nameof(to));
            link ??= new Link();
            if (sender.LinkByReceiver.TryGetValue(receiver.Index, out var state))
            {
                state.Link = link;
                state.IsUp = true;
                return;
            }

            state = new LinkState(receiver, link, SeedOf(sender.Index, receiver.Index));
            sender.Links.Add(state);
            sender.LinkByReceiver.Add(receiver.Index, state);
        }
    }

    /// <summary>Lets every pair of stations hear each other.</summary>
    public void ConnectAll(Link? link = null)
    {
        for (var a = 0; a < _stations.Count; a++)
        {
            for (var b = a + 1; b < _stations.Count; b++)
                Connect(_stations[a].Name, _stations[b].Name, link);
        }
    }

    /// <summary>Takes two stations out of each other's range.</summary>
    public void Disconnect(string a, string b)
    {
        lock (_gate)
        {
            var (first, second) = (Station(a), Station(b));
            if (first.LinkByReceiver.TryGetValue(second.Index, out var there))
                there.IsUp = false;
            if (second.LinkByReceiver.TryGetValue(first.Index, out var back))
                back.IsUp = false;
        }
    }

    /// <summary>What became of the frames of one station at another; frames sent without a link count as out of range.</summary>
    public LinkCounts Counts(string from, string to)
    {
        lock (_gate)
        {
            var (sender, receiver) = (Station(from), Station(to));
            var counts = sender.LinkByReceiver.TryGetValue(receiver.Index, out var state) ? state.Counts.Copy() : new LinkCounts();
            counts.Count(LossReason.OutOfRange, sender.FramesSent - (state?.FramesSeen ?? 0));
            return counts;
        }
    }

    /// <summary>
    /// Chance for what stands behind a station: from the ether's seed and the name, so that the same seed makes the same waits, also of
    /// gateways in processes of their own.
    /// </summary>
    public Random ChanceOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var seed = name.Aggregate(Options.Seed, (mixed, letter) => Dice.Mix(mixed + letter + 1));
#pragma warning disable CA5394 // What a simulation leaves to chance is to be repeatable.
        return new Random((int)(uint)seed);
#pragma warning restore CA5394
    }

    /// <summary>A station by its name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public EtherStation Station(string name) =>
        _byName.TryGetValue(name, out var station) ? station : throw new ArgumentException($"The ether has no station '{name}'.", nameof(name));

    internal bool IsVirtual { get; }

    /// <summary>Called, with the ether locked, when a station of this process begins to send.</summary>
    internal Action<Transmission>? LocalBegan { get; set; }

    /// <summary>Called, with the ether locked, when a station of this process stops in the middle.</summary>
    internal Action<Transmission>? LocalAborted { get; set; }

    /// <summary>A reading of <see cref="Time"/> as time since the ether began.</summary>
    internal TimeSpan At(long timestamp) => Time.GetElapsedTime(_origin, timestamp);

    /// <summary>Time since the ether began as a reading of <see cref="Time"/>.</summary>
    internal long TimestampOf(TimeSpan at) => _origin + (long)(at.Ticks * (decimal)Time.TimestampFrequency / TimeSpan.TicksPerSecond);

    internal double NoiseFloorDbm(int bandwidthHz) => -174 + Options.NoiseFigureDb + 10 * Math.Log10(bandwidthHz);

    internal void Enter()
    {
        Monitor.Enter(_gate);
        if (!IsVirtual)
            Settle();
    }

    internal void Exit() => Monitor.Exit(_gate);

    /// <summary>
    /// Queues a call to the outside. It is made with the ether unlocked and never from within a radio's own bus transfer, as an interrupt is.
    /// </summary>
    internal void Notify(Action call)
    {
        _notifications.Enqueue(call);
        if (_notifications.Count == 1 && !_notifying && !_insideTimer)
            _pump.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    internal void OnTimer(EtherTimer timer)
    {
        lock (_gate)
        {
            _insideTimer = true;
            if (IsVirtual)
            {
                if (timer.DueAt is not null)
                    timer.Run();
            }
            else
            {
                Settle();
                timer.WaitForTheRest();
            }

            _insideTimer = false;
        }

        DeliverNotifications();
    }

    internal void Expect(EtherTimer timer) => _expected.Enqueue((timer, timer.Generation), timer.DueAt!.Value);

    /// <summary>In real time: runs what is overdue, in the order in which it was due.</summary>
    private void Settle()
    {
        if (_settling)
            return;
        _settling = true;
        while (_expected.TryPeek(out var next, out var due) && due <= Now)
        {
            _expected.Dequeue();
            if (next.Timer.DueAt is not null && next.Timer.Generation == next.Generation)
                next.Timer.Run();
        }

        _settling = false;
    }

    internal Transmission Begin(EtherStation sender, Emission emission, byte[] bytes)
    {
        var carrier = emission.FrequencyHz * (1 + sender.CrystalErrorPpm / 1e6);
        var transmission = new Transmission(_number++, sender, emission, bytes, Now, Time.GetUtcNow(), carrier);
        var signals = _spareLists.Count > 0 ? _spareLists.Pop() : [];
        var floor = NoiseFloorDbm(emission.Modulation.BandwidthHz);
        foreach (var link in sender.Links)
        {
            var (faded, shadowing) = link.Draw();
            if (!link.IsUp)
                continue;
            link.FramesSeen++;
            var rssi = emission.PowerDbm - link.Link.PathLossDb - shadowing;
            signals.Add(new Signal(transmission, link, rssi, rssi - floor, faded));
        }

        LocalBegan?.Invoke(transmission);
        Spread(transmission, signals);
        return transmission;
    }

    /// <summary>A frame of a station of another process, which began a little while ago; how it arrives was decided there.</summary>
    internal Transmission BeginFar(EtherStation sender, FarArrival arrival, EtherStation receiver)
    {
        var now = Now;
        var start = arrival.Start < now ? arrival.Start : now;
        var transmission = new Transmission(
            _number++, sender, arrival.Emission, arrival.Bytes, start, Time.GetUtcNow() - (now - start), arrival.CarrierHz);
        var signals = _spareLists.Count > 0 ? _spareLists.Pop() : [];
        var link = sender.LinkByReceiver[receiver.Index];
        link.FramesSeen++;
        signals.Add(new Signal(
            transmission, link, arrival.RssiDbm, arrival.RssiDbm - NoiseFloorDbm(arrival.Emission.Modulation.BandwidthHz), arrival.Faded));
        Spread(transmission, signals);
        return transmission;
    }

    private void Spread(Transmission transmission, List<Signal> signals)
    {
        if (_record.Count < Options.RecordCapacity)
            _record.Add(transmission);
        else
            TransmissionsNotRecorded++;
        _onAir.Add(transmission, signals);
        foreach (var signal in signals)
            signal.Link.Receiver.Arrive(signal);
    }

    internal void End(Transmission transmission)
    {
        _onAir.Remove(transmission, out var signals);
        if (transmission.WasAborted && !transmission.SenderStation.IsFar)
            LocalAborted?.Invoke(transmission);
        if (TransmissionEnded is not null || !Options.RecordBytes)
            Notify(() => TellEnded(transmission));
        foreach (var signal in signals!)
            signal.Link.Receiver.Depart(signal);
        signals.Clear();
        _spareLists.Push(signals);
    }

    private void TellEnded(Transmission transmission)
    {
        TransmissionEnded?.Invoke(transmission);
        if (!Options.RecordBytes)
            transmission.ForgetBytes();
    }

    private EtherStation Add(string name, double crystalErrorPpm, bool isFar)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_gate)
        {
            if (_byName.ContainsKey(name))
                throw new ArgumentException($"The ether has a station '{name}' already.", nameof(name));
            var station = new EtherStation(this, name, _stations.Count, SeedOf(_stations.Count, -1), crystalErrorPpm) { IsFar = isFar };
            _stations.Add(station);
            _byName.Add(name, station);
            return station;
        }
    }

    private ulong SeedOf(int a, int b) => Dice.Mix(Options.Seed ^ Dice.Mix(((ulong)(uint)a << 32) | (uint)b));

    private void DeliverNotifications()
    {
        lock (_gate)
        {
            if (_notifying)
                return;
            _notifying = true;
        }

        try
        {
            while (true)
            {
                Action call;
                lock (_gate)
                {
                    if (!_notifications.TryDequeue(out call!))
                        return;
                }

                call();
            }
        }
        finally
        {
            lock (_gate)
            {
                _notifying = false;
                if (_notifications.Count > 0)
                    _pump.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }
}

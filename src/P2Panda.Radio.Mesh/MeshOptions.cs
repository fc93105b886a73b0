namespace P2Panda.Radio.Mesh;

/// <summary>How a node takes part in the mesh. Times are in the node's own elapsed time; "frames" are times on air of a chat line.</summary>
public sealed record MeshOptions
{
    /// <summary>Whether the node speaks, listens, or both.</summary>
    public MeshMode Mode { get; init; } = MeshMode.Mesh;

    /// <summary>Share of frames a typical neighbour is assumed to lose, 0 to 0.9.</summary>
    public double AssumedLoss { get; init; } = 0.2;

    /// <summary>Mean number of frames such a neighbour loses in a row; 1 when losses are independent.</summary>
    public double AssumedLossRun { get; init; } = 1;

    /// <summary>Share of receivers in reach that should have a burst after its first round when nobody was heard yet.</summary>
    public double DeliveryProbability { get; init; } = 0.99;

    /// <summary>The same when there are neighbours who repeat, and repair for what is still missing.</summary>
    public double AssistedProbability { get; init; } = 0.75;

    /// <summary>How long a ready entry waits for company in a burst; urgent ones do not wait.</summary>
    public TimeSpan BatchDelay { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Whether bursts heard from others are repeated for neighbours farther away.</summary>
    public bool Repeat { get; init; } = true;

    /// <summary>Whose bursts these are.</summary>
    public RepeatScope RepeatScope { get; init; } = RepeatScope.All;

    /// <summary>
    /// A repeat waits a random time within so many frames' time on air, shorter the worse the burst was heard: whoever is farthest from
    /// the sender reaches the most new neighbours and speaks first.
    /// </summary>
    public int RepeatWindowFrames { get; init; } = 20;

    /// <summary>The same for wants, sketches and repairs.</summary>
    public int AnswerWindowFrames { get; init; } = 6;

    /// <summary>Share of time the channel may be in use for repeats to be made; above it repair alone carries on.</summary>
    public double BusyChannel { get; init; } = 0.6;

    /// <summary>Pauses before the later rounds of a burst while no neighbour is known.</summary>
    public IReadOnlyList<TimeSpan> RoundPauses { get; init; } =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(16)];

    /// <summary>Most bursts on the way at one time; when it is reached new entries wait in the store.</summary>
    public int MaxBursts { get; init; } = 64;

    /// <summary>Most entries that wait for a burst.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>Longest entry with its payload that is sent, in bytes; longer ones stay in the store, and with them what follows in their log.</summary>
    public int MaxEntryBytes { get; init; } = 16 * 1024;

    /// <summary>Airtime the law allows in an hour; shares below are shares of it.</summary>
    public TimeSpan AirtimePerHour { get; init; } = TimeSpan.FromSeconds(36);

    /// <summary>Share of the airtime for announcements.</summary>
    public double AnnounceShare { get; init; } = 0.1;

    /// <summary>Share of the airtime for answering wants, all together.</summary>
    public double RepairShare { get; init; } = 0.7;

    /// <summary>Share of the airtime that one neighbour's wants may cause.</summary>
    public double RepairSharePerNeighbour { get; init; } = 0.4;

    /// <summary>Share of the airtime that new entries of one author may use here, sent and repeated.</summary>
    public double AuthorShare { get; init; } = 0.5;

    /// <summary>Share of the airtime that new entries of one schema may use here, sent and repeated.</summary>
    public double SchemaShare { get; init; } = 0.8;

    /// <summary>Share of the airtime that entries classified as <see cref="Air.Regulation.TrafficClass.Guest"/> (from the internet) may use, in any hour.</summary>
    public double GuestShare { get; init; } = 0.1;

    /// <summary>Shortest interval between announcements.</summary>
    public TimeSpan AnnounceShortest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Interval between announcements while entries come in or neighbours say something else.</summary>
    public TimeSpan AnnounceBusy { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>Longest interval between announcements, when nothing happens.</summary>
    public TimeSpan AnnounceLongest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Announcements with the same content heard in an interval that make ours unnecessary.</summary>
    public int AnnounceRedundancy { get; init; } = 1;

    /// <summary>Longest interval between announcements of our key when nobody asks for it; the first ones come sooner.</summary>
    public TimeSpan IdentityInterval { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Sums in an announcement: one less is the number of elements in which a neighbour may differ and know it at once.</summary>
    public int AnnouncedSums { get; init; } = 5;

    /// <summary>After a change of our own, differences are not acted upon for so long: what differs may be on its way.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Which logs take part. Gateways with different filters have different scopes and do not compare fingerprints.</summary>
    public Filters.CarryFilter Filter { get; init; } = Filters.CarryFilter.Everything;
}

namespace P2Panda.Radio.Mesh;

/// <summary>What a mesh node has done so far.</summary>
public sealed class MeshCounters
{
    /// <summary>Own bursts of new entries.</summary>
    public long Pushes { get; internal set; }

    /// <summary>Bursts of others that were queued for repetition.</summary>
    public long Relays { get; internal set; }

    /// <summary>Of these, bursts marked as urgent.</summary>
    public long UrgentRelays { get; internal set; }

    /// <summary>Repetitions given up because others had spoken enough.</summary>
    public long RelaysCancelled { get; internal set; }

    /// <summary>Repetitions not made for lack of room or a busy channel.</summary>
    public long RelaysDropped { get; internal set; }

    /// <summary>Bursts not repeated because they came from beyond <see cref="MeshOptions.RepeatScope"/>.</summary>
    public long RelaysOutOfScope { get; internal set; }

    /// <summary>Announcements of our key sent.</summary>
    public long Identities { get; internal set; }

    /// <summary>Announcements of our logs' state sent.</summary>
    public long Announcements { get; internal set; }

    /// <summary>Sketches sent in answer to announcements.</summary>
    public long Sketches { get; internal set; }

    /// <summary>Wants sent.</summary>
    public long Wants { get; internal set; }

    /// <summary>Bursts of entries sent in answer to wants and differences.</summary>
    public long Repairs { get; internal set; }

    /// <summary>Of these, sets coded over several neighbours' needs.</summary>
    public long RepairSets { get; internal set; }

    /// <summary>Entries rebuilt from repair sets.</summary>
    public long EntriesRepaired { get; internal set; }

    /// <summary>Bursts continued because somebody lacked symbols.</summary>
    public long SymbolRepairs { get; internal set; }

    /// <summary>Wants and sketches not answered because the asking neighbour's quota was used up.</summary>
    public long QuotaRefusals { get; internal set; }

    /// <summary>Wants and announcements of neighbours not acted upon because nothing proves that they are in reach.</summary>
    public long StrangersIgnored { get; internal set; }

    /// <summary>Symbols heard under the tag of a burst that is here, and none of it.</summary>
    public long ForgedSymbols { get; internal set; }

    /// <summary>Times an entry was found too large for the air.</summary>
    public long EntriesTooLarge { get; internal set; }

    /// <summary>Turns of the carousel.</summary>
    public long CarouselTurns { get; internal set; }

    /// <summary>Frames sent, by what they were for. The part of repair sets that is manifest and seal has a name of its own, and no frames.</summary>
    public IReadOnlyDictionary<string, MeshTraffic> Traffic => _traffic;

    private readonly SortedDictionary<string, MeshTraffic> _traffic = new(StringComparer.Ordinal);

    internal void Count(string kind, int frames, TimeSpan airtime)
    {
        var traffic = _traffic.GetValueOrDefault(kind);
        _traffic[kind] = new MeshTraffic(traffic.Frames + frames, traffic.Airtime + airtime);
    }

    /// <summary>Bursts the law or the ledger refused.</summary>
    public long BurstsRefused { get; internal set; }
}

using P2Panda.Radio.Air.Access;
using P2Panda.Store;

namespace P2Panda.Radio.Node;

/// <summary>What a node has done since it was made. Read at any time; written under the node's lock.</summary>
public sealed class RadioNodeCounters
{
    /// <summary>Frames received with a correct CRC.</summary>
    public long FramesReceived { get; internal set; }

    /// <summary>Frames received with a wrong CRC.</summary>
    public long FramesCorrupted { get; internal set; }

    /// <summary>Frames transmitted.</summary>
    public long FramesSent { get; internal set; }

    /// <summary>Time on air of everything transmitted.</summary>
    public TimeSpan Airtime { get; private set; }

    /// <summary>Radio failures, recovered or not.</summary>
    public long RadioFaults { get; internal set; }

    /// <summary>Entries heard that were new.</summary>
    public long EntriesAppended { get; private set; }

    /// <summary>Entries heard that were known.</summary>
    public long EntriesKnown { get; private set; }

    /// <summary>Entries heard that wait for earlier ones.</summary>
    public long EntriesBuffered { get; private set; }

    /// <summary>Entries heard that the filter does not want.</summary>
    public long EntriesIgnored { get; internal set; }

    /// <summary>Entries heard that the store refused.</summary>
    public long EntriesRefused { get; private set; }

    /// <summary>Stored entries whose bytes no longer verify; they were not sent.</summary>
    public long EntriesDamaged { get; internal set; }

    /// <summary>Times the store could not be reached.</summary>
    public long StoreFailures { get; internal set; }

    /// <summary>Times the store took so long that the radio went on without it.</summary>
    public long AppendsOverdue { get; internal set; }

    /// <summary>Heard bursts dropped because the store was away and as many were kept as may be; neighbours say them again when asked.</summary>
    public long BurstsDropped { get; internal set; }

    /// <summary>Bursts and repair sets, partly heard before the start, that were taken up again.</summary>
    public int UnfinishedResumed { get; internal set; }

    /// <summary>Times what was kept of them was damaged, and not used.</summary>
    public long UnfinishedDamaged { get; internal set; }

    /// <summary>Entries from the internet that were handed to the mesh.</summary>
    public long GuestsReleased { get; internal set; }

    /// <summary>Frames that had to wait for airtime.</summary>
    public long OutOfAirtime { get; private set; }

    /// <summary>Frames given up because the channel stayed busy.</summary>
    public long ChannelBusy { get; private set; }

    internal void Count(AppendOutcome outcome)
    {
        switch (outcome)
        {
            case AppendOutcome.Appended:
                EntriesAppended++;
                break;
            case AppendOutcome.AlreadyStored:
                EntriesKnown++;
                break;
            case AppendOutcome.Buffered:
                EntriesBuffered++;
                break;
            default:
                EntriesRefused++;
                break;
        }
    }

    internal void Count(SendOutcome outcome)
    {
        switch (outcome)
        {
            case SendOutcome.Sent sent:
                Airtime += sent.Airtime;
                break;
            case SendOutcome.Lost lost:
                Airtime += lost.Airtime;
                break;
            case SendOutcome.OutOfAirtime:
                OutOfAirtime++;
                break;
            case SendOutcome.ChannelBusy:
                ChannelBusy++;
                break;
        }
    }
}

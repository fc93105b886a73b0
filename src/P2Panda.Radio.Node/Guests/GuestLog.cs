using P2Panda.Core.Logs;

namespace P2Panda.Radio.Node.Guests;

/// <summary>A log whose newest entries came from the internet and are not on the air.</summary>
internal sealed class GuestLog(LogKey key)
{
    public LogKey Key { get; } = key;

    /// <summary>Up to where the air may know the log.</summary>
    public ulong ReleasedTo { get; set; }

    /// <summary>Up to where it is stored.</summary>
    public ulong StoredTo { get; set; }

    public int Priority { get; set; }

    /// <summary>Place among logs of the same priority.</summary>
    public long Order { get; set; }

    /// <summary>Whether the policy refuses the next entry, and with it all that follow.</summary>
    public bool IsHeld { get; set; }

    public (int Priority, long Order, LogKey Key) Place => (Priority, Order, Key);

    public long Waiting => (long)(StoredTo - ReleasedTo);
}

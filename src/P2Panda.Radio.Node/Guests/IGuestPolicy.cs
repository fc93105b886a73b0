using P2Panda.Store;

namespace P2Panda.Radio.Node.Guests;

/// <summary>
/// Which entries from the internet may go on the air, and how much of it they may use; and which entries of clients are too large for it.
/// Safe to call from any thread.
/// </summary>
public interface IGuestPolicy
{
    /// <summary>Share of the legal airtime of any hour that they may use, 0 to 1.</summary>
    double AirtimeShare { get; }

    /// <summary>Most entries in an hour on average, or none for as many as the share allows.</summary>
    int? EntriesPerHour { get; }

    /// <summary>Something above changed, or a verdict may now be another.</summary>
    event Action? Changed;

    /// <summary>Whether an entry is longer than the air takes, whoever brought it: then it waits with the guests, to be judged.</summary>
    bool IsOversized(StoredEntry entry);

    /// <summary>Judges an entry: when it comes, and again when it is its turn.</summary>
    GuestVerdict Judge(StoredEntry entry);
}

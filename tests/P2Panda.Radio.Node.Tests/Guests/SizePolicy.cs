using P2Panda.Radio.Node.Guests;
using P2Panda.Store;

namespace P2Panda.Radio.Node.Tests.Guests;

/// <summary>Admits entries up to a size, for a share of the airtime.</summary>
internal sealed class SizePolicy(double share, int maxBytes = int.MaxValue, int? perHour = null) : IGuestPolicy
{
    private int _maxBytes = maxBytes;

    public event Action? Changed;

    public double AirtimeShare => share;

    public int? EntriesPerHour => perHour;

    public bool IsOversized(StoredEntry entry) => entry.EntryBytes.Length + entry.PayloadBytes!.Value.Length > _maxBytes;

    public GuestVerdict Judge(StoredEntry entry) => new(!IsOversized(entry));

    public void Allow(int maxBytes)
    {
        _maxBytes = maxBytes;
        Changed?.Invoke();
    }
}

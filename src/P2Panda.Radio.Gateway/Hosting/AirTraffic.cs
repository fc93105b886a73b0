using P2Panda.Bridge.Traffic;
using P2Panda.Radio.Node.Guests;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The traffic policy as the radio node asks it.</summary>
internal sealed class AirTraffic : IGuestPolicy
{
    private readonly TrafficPolicy _policy;

    public AirTraffic(TrafficPolicy policy)
    {
        _policy = policy;
        policy.Changed += () => Changed?.Invoke();
    }

    public event Action? Changed;

    public double AirtimeShare => _policy.Rules.AirtimeShare;

    public int? EntriesPerHour => _policy.Rules.EntriesPerHour;

    public bool IsOversized(StoredEntry entry) =>
        entry.EntryBytes.Length + (entry.PayloadBytes?.Length ?? 0) > _policy.Rules.MaxAirBytes;

    public GuestVerdict Judge(StoredEntry entry)
    {
        var (isAdmitted, priority) = _policy.JudgeForAir(entry);
        return new GuestVerdict(isAdmitted, priority);
    }
}

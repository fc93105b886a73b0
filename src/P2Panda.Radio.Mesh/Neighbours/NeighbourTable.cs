using P2Panda.Core.Keys;

namespace P2Panda.Radio.Mesh.Neighbours;

/// <summary>Gateways heard lately. When the table is full the one silent for longest makes room.</summary>
internal sealed class NeighbourTable
{
    /// <summary>Most neighbours.</summary>
    public const int MaxNeighbours = 256;

    /// <summary>A neighbour silent for so long is gone.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(6);

    private readonly Dictionary<PublicKey, Neighbour> _neighbours = [];

    public int Count => _neighbours.Count;

    public IEnumerable<Neighbour> All => _neighbours.Values;

    public Neighbour? Find(PublicKey key) => _neighbours.GetValueOrDefault(key);

    public Neighbour Hear(PublicKey key, double snrDb, TimeSpan now, Func<PublicKey, Neighbour> make)
    {
        if (!_neighbours.TryGetValue(key, out var neighbour))
        {
            if (_neighbours.Count == MaxNeighbours)
            {
                _neighbours.Remove(_neighbours.Values.MinBy(known => known.HeardAt)!.Key);
            }

            neighbour = make(key);
            _neighbours.Add(key, neighbour);
        }

        neighbour.Heard(snrDb, now);
        return neighbour;
    }

    public void Expire(TimeSpan now)
    {
        foreach (var gone in _neighbours.Values.Where(neighbour => now - neighbour.HeardAt > Lifetime).ToList())
        {
            _neighbours.Remove(gone.Key);
        }
    }
}

using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>Where nodes stand and what they hear of each other.</summary>
public sealed class Topology
{
    /// <summary>Path loss at which a 14 dBm transmitter is just understood at SF7 and 125 kHz, in dB.</summary>
    public const double EdgePathLossDb = 138.5;

    /// <summary>Exponent of the path loss.</summary>
    public const double PathLossExponent = 3.5;

    /// <summary>Path loss of a link that was given instead of a distance, in dB.</summary>
    public const double GoodPathLossDb = 115;

    /// <summary>How far beyond the range of reception a transmitter still disturbs, as a factor of distance.</summary>
    public const double InterferenceFactor = 1.7;

    private readonly List<(int A, int B, double PathLossDb)> _paths = [];

    private Topology(IReadOnlyList<(double X, double Y)> positions, double range, double shadowingDb = 0, int seed = 0)
    {
        Positions = positions;
        Range = range;
        var dice = new Dice(Dice.Mix((ulong)seed));
        for (var a = 0; a < positions.Count; a++)
        {
            for (var b = a + 1; b < positions.Count; b++)
            {
                var distance = Apart(positions[a], positions[b]);
                if (distance <= range * InterferenceFactor)
                {
                    var shadowing = shadowingDb > 0 ? shadowingDb * dice.NextGaussian() : 0;
                    _paths.Add((a, b, EdgePathLossDb + (10 * PathLossExponent * Math.Log10(Math.Max(distance, 0.001) / range)) + shadowing));
                }
            }
        }

        Neighbours = NeighboursOf(positions.Count);
    }

    private Topology(int nodes, IEnumerable<(int A, int B)> links)
    {
        Positions = [.. Enumerable.Range(0, nodes).Select(node => (0.5 + (0.45 * Math.Sin(2 * Math.PI * node / nodes)), 0.5 - (0.45 * Math.Cos(2 * Math.PI * node / nodes))))];
        Range = double.NaN;
        _paths.AddRange(links.Select(link => (link.A, link.B, GoodPathLossDb)));
        Neighbours = NeighboursOf(nodes);
    }

    /// <summary>Positions: in a square of side 1, or as they were given.</summary>
    public IReadOnlyList<(double X, double Y)> Positions { get; }

    /// <summary>Distance at which a frame is just understood; not a number where links were given instead of distances.</summary>
    public double Range { get; }

    /// <summary>For each node those in reach.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Neighbours { get; }

    /// <summary>Mean number of nodes in reach.</summary>
    public double MeanDegree => Neighbours.Average(list => list.Count);

    /// <summary>Nodes at random positions in a square, with the range that gives a mean number of neighbours.</summary>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="meanDegree">Mean number of nodes in reach.</param>
    /// <param name="seed">Decides the positions.</param>
    /// <param name="connected">Whether to draw again until every node can be reached from every other.</param>
    /// <param name="shadowingDb">Standard deviation of a link's attenuation from what its distance says, in dB.</param>
    public static Topology Scatter(int nodes, double meanDegree, int seed, bool connected, double shadowingDb = 0)
    {
        for (var attempt = 0; ; attempt++)
        {
            var random = new Random((seed * 1009) + attempt);
            var positions = Enumerable.Range(0, nodes).Select(_ => (random.NextDouble(), random.NextDouble())).ToList();
            var distances = new List<double>(nodes * (nodes - 1) / 2);
            for (var a = 0; a < nodes; a++)
            {
                for (var b = a + 1; b < nodes; b++)
                {
                    distances.Add(Apart(positions[a], positions[b]));
                }
            }

            distances.Sort();
            var range = distances[Math.Min(distances.Count - 1, (int)(nodes * meanDegree / 2) - 1)];
            var topology = new Topology(positions, range, shadowingDb, seed + attempt);
            if (!connected || topology.Components().Max() == 0)
            {
                return topology;
            }
        }
    }

    /// <summary>Nodes at given positions.</summary>
    /// <param name="positions">Positions, in any unit.</param>
    /// <param name="range">Distance at which a frame is just understood, in the same unit.</param>
    /// <param name="shadowingDb">Standard deviation of a link's attenuation from what its distance says, in dB.</param>
    /// <param name="seed">Decides the shadowing.</param>
    public static Topology At(IReadOnlyList<(double X, double Y)> positions, double range, double shadowingDb = 0, int seed = 0) =>
        new(positions, range, shadowingDb, seed);

    /// <summary>Pairs of nodes that hear each other well; nobody else does.</summary>
    public static Topology Graph(int nodes, IEnumerable<(int A, int B)> links) => new(nodes, links);

    /// <summary>Every node hears every other one well.</summary>
    public static Topology Clique(int nodes) => new([.. Enumerable.Range(0, nodes).Select(node => (0.5 + (0.01 * node), 0.5))], 2);

    /// <summary>The number of each node's connected component.</summary>
    public IReadOnlyList<int> Components()
    {
        var component = new int[Positions.Count];
        Array.Fill(component, -1);
        var count = 0;
        for (var start = 0; start < component.Length; start++)
        {
            if (component[start] >= 0)
            {
                continue;
            }

            var open = new Stack<int>([start]);
            component[start] = count;
            while (open.TryPop(out var node))
            {
                foreach (var other in Neighbours[node].Where(other => component[other] < 0))
                {
                    component[other] = count;
                    open.Push(other);
                }
            }

            count++;
        }

        return component;
    }

    /// <summary>Links the stations of an ether, named by their numbers, as the topology says.</summary>
    /// <param name="ether">The ether.</param>
    /// <param name="loss">Share of frames that fade away on every link, 0 to 1.</param>
    /// <param name="fadingDb">Standard deviation of the attenuation from frame to frame, in dB.</param>
    public void Connect(SimulatedEther ether, double loss, double fadingDb = 0) => Connect(ether, loss, fadingDb, static (_, _) => true);

    /// <summary>The same for the pairs chosen; others are taken out of each other's range.</summary>
    public void Connect(SimulatedEther ether, double loss, double fadingDb, Func<int, int, bool> chosen)
    {
        ArgumentNullException.ThrowIfNull(ether);
        ArgumentNullException.ThrowIfNull(chosen);
        foreach (var (a, b, pathLoss) in _paths)
        {
            if (chosen(a, b))
            {
                ether.Connect(Name(a), Name(b), new Link(pathLoss, loss, fadingDb));
            }
            else
            {
                ether.Disconnect(Name(a), Name(b));
            }
        }
    }

    /// <summary>A node's name on the ether.</summary>
    public static string Name(int node) => node.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private List<int>[] NeighboursOf(int nodes)
    {
        var neighbours = new List<int>[nodes];
        for (var node = 0; node < nodes; node++)
        {
            neighbours[node] = [];
        }

        foreach (var (a, b, pathLoss) in _paths.Where(path => path.PathLossDb <= EdgePathLossDb))
        {
            neighbours[a].Add(b);
            neighbours[b].Add(a);
        }

        return neighbours;
    }

    private static double Apart((double X, double Y) a, (double X, double Y) b) =>
        Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
}

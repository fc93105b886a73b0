using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>Where nodes stand and what they hear of each other.</summary>
public sealed class Topology
{
    /// <summary>Path loss at which a 14 dBm transmitter is just understood at SF7 and 125 kHz, in dB.</summary>
    public const double EdgePathLossDb = 138.5;

    /// <summary>Exponent of the path loss.</summary>
    public const double PathLossExponent = 3.5;

    /// <summary>How far beyond the range of reception a transmitter still disturbs, as a factor of distance.</summary>
    public const double InterferenceFactor = 1.7;

    private Topology(IReadOnlyList<(double X, double Y)> positions, double range)
    {
        Positions = positions;
        Range = range;
        Neighbours = [.. positions.Select((_, node) => (IReadOnlyList<int>)[.. Enumerable.Range(0, positions.Count).Where(other => other != node && Distance(node, other) <= range)])];
    }

    /// <summary>Positions in a square of side 1.</summary>
    public IReadOnlyList<(double X, double Y)> Positions { get; }

    /// <summary>Distance at which a frame is just understood.</summary>
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
    public static Topology Scatter(int nodes, double meanDegree, int seed, bool connected)
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
            var topology = new Topology(positions, range);
            if (!connected || topology.Components().Max() == 0)
            {
                return topology;
            }
        }
    }

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
    public void Connect(SimulatedEther ether, double loss)
    {
        ArgumentNullException.ThrowIfNull(ether);
        for (var a = 0; a < Positions.Count; a++)
        {
            for (var b = a + 1; b < Positions.Count; b++)
            {
                var distance = Distance(a, b);
                if (distance <= Range * InterferenceFactor)
                {
                    var pathLoss = EdgePathLossDb + (10 * PathLossExponent * Math.Log10(Math.Max(distance, 0.001) / Range));
                    ether.Connect(Name(a), Name(b), new Link(pathLoss, loss));
                }
            }
        }
    }

    /// <summary>A node's name on the ether.</summary>
    public static string Name(int node) => node.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private double Distance(int a, int b) => Apart(Positions[a], Positions[b]);

    private static double Apart((double X, double Y) a, (double X, double Y) b) =>
        Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
}

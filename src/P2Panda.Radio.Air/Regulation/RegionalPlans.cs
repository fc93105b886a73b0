using System.Reflection;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>The plans that come with the program.</summary>
public static class RegionalPlans
{
    private const string Prefix = "regions/";
    private const string Suffix = ".json";

    private static readonly Lazy<IReadOnlyDictionary<string, RegionalPlan>> Plans = new(Load);

    /// <summary>All plans, by name.</summary>
    public static IReadOnlyList<RegionalPlan> All => [.. Plans.Value.Values];

    /// <summary>A plan by name, or none.</summary>
    public static RegionalPlan? Find(string id) => Plans.Value.GetValueOrDefault(id);

    /// <summary>A plan by name.</summary>
    /// <exception cref="ArgumentException">There is no such plan.</exception>
    public static RegionalPlan Get(string id) =>
        Find(id) ?? throw new ArgumentException($"There is no regional plan '{id}'; known are {string.Join(", ", Plans.Value.Keys)}.", nameof(id));

    private static SortedDictionary<string, RegionalPlan> Load()
    {
        var plans = new SortedDictionary<string, RegionalPlan>(StringComparer.Ordinal);
        var assembly = typeof(RegionalPlans).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            {
                var plan = RegionalPlan.Parse(Bytes(assembly, name));
                plans.Add(plan.Id, plan);
            }
        }

        return plans;
    }

    private static byte[] Bytes(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

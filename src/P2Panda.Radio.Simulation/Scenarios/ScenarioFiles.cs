using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>Reads scenarios: those that come with the program by their name, others from their file.</summary>
public static class ScenarioFiles
{
    private const string Prefix = "scenarios/";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Names of the scenarios that come with the program.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(ScenarioFiles).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^".json".Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a scenario.</summary>
    /// <param name="nameOrPath">One of <see cref="Names"/>, or the path of a JSON file.</param>
    /// <exception cref="ScenarioException">There is none, or it is wrong; the message says everything.</exception>
    public static Scenario Read(string nameOrPath)
    {
        using var resource = typeof(ScenarioFiles).Assembly.GetManifestResourceStream($"{Prefix}{nameOrPath}.json");
        if (resource is null && !File.Exists(nameOrPath))
        {
            throw new ScenarioException($"there is no scenario '{nameOrPath}', neither as a file nor among {string.Join(", ", Names)}");
        }

        try
        {
            using var file = resource ?? File.OpenRead(nameOrPath);
            var scenario = JsonSerializer.Deserialize<Scenario>(file, Options) ?? throw new ScenarioException($"{nameOrPath}: empty");
            return Check(scenario, nameOrPath);
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ScenarioException($"{nameOrPath}: {failure.Message}");
        }
    }

    /// <summary>Checks a scenario whole.</summary>
    /// <exception cref="ScenarioException">It is wrong; the message lists everything.</exception>
    public static Scenario Check(Scenario scenario, string name)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        var problems = new List<string>();
        CheckRanges(scenario, string.Empty, problems);
        if (problems.Count == 0)
        {
            CheckSense(scenario, problems);
        }

        return problems.Count == 0
            ? scenario
            : throw new ScenarioException($"{name} is wrong:" + string.Concat(problems.Select(problem => Environment.NewLine + "  " + problem)));
    }

    private static void CheckSense(Scenario scenario, List<string> problems)
    {
        var places = scenario.Places;
        if (new object?[] { places.Scatter, places.PositionsKm, places.Links }.Count(way => way is not null) != 1)
        {
            problems.Add("places: needs one of scatter, positionsKm and links");
            return;
        }

        if (places.PositionsKm?.Any(position => position.Count != 2) == true || places.Links?.Any(link => link.Count != 2 || link[0] == link[1] || link.Min() < 0) == true)
        {
            problems.Add("places: positions and links are pairs");
            return;
        }

        var nodes = scenario.NodeCount;
        if (nodes < 2)
        {
            problems.Add("places: needs two gateways at least");
        }

        var named = scenario.Gateways.SelectMany(line => line.Nodes ?? [])
            .Concat(scenario.Traffic.SelectMany(line => line.Nodes ?? []))
            .Concat(scenario.Faults.SelectMany(line => (line.Off ?? []).Concat(line.On ?? []).Concat(line.Reboot ?? []).Concat(line.Split ?? [])))
            .Concat(scenario.Hostiles.SelectMany(line => line.Near));
        problems.AddRange(named.Where(node => node < 0 || node >= nodes).Distinct()
            .Select(node => string.Create(CultureInfo.InvariantCulture, $"there is no gateway {node}; they are numbered 0 to {nodes - 1}")));
        problems.AddRange(scenario.Traffic.Where(line => line.ToMinute <= line.FromMinute || line.ToMinute > scenario.Minutes)
            .Select(line => string.Create(CultureInfo.InvariantCulture, $"traffic: from minute {line.FromMinute} to {line.ToMinute} is no span within {scenario.Minutes} minutes")));
        problems.AddRange(scenario.Hostiles.Where(line => line.Near.Count == 0).Select(_ => "hostiles: near whom?"));
    }

    private static void CheckRanges(object value, string path, List<string> problems)
    {
        foreach (var property in value.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var name = path + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var content = property.GetValue(value);
            if (content is not null && property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(content))
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {content} is not between {range.Minimum} and {range.Maximum}"));
            }
            else if (content is IEnumerable list and not string)
            {
                var index = 0;
                foreach (var item in list.Cast<object?>().Where(item => item?.GetType().Namespace == typeof(Scenario).Namespace))
                {
                    CheckRanges(item!, $"{name}[{index++}].", problems);
                }
            }
            else if (content?.GetType() is { IsClass: true } type && type.Namespace == typeof(Scenario).Namespace)
            {
                CheckRanges(content, name + ".", problems);
            }
        }
    }
}

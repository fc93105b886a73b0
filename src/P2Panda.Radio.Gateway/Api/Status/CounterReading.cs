using System.Reflection;
using System.Text.Json;

namespace P2Panda.Radio.Gateway.Api.Status;

/// <summary>Reads all counters of an object: its properties that are 64-bit numbers. A new counter needs nothing more to be seen.</summary>
internal static class CounterReading
{
    public static IEnumerable<PropertyInfo> Of(Type type) => type.GetProperties().Where(property => property.PropertyType == typeof(long));

    public static IReadOnlyDictionary<string, long> Read(object counters) => Of(counters.GetType()).ToDictionary(
        property => JsonNamingPolicy.CamelCase.ConvertName(property.Name), property => (long)property.GetValue(counters)!);
}

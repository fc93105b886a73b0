using System.Reflection;
using System.Text.Json;

namespace P2Panda.Tests;

/// <summary>Finds <c>tests/vectors</c> whatever the working directory is.</summary>
internal static class TestVectors
{
    /// <summary>Absolute path of the repository this test assembly was built from.</summary>
    public static string RepositoryRoot { get; } = Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    public static string PathOf(string relativePath) => Path.Combine(RepositoryRoot, "tests", "vectors", relativePath);

    public static JsonDocument Json(string relativePath) => JsonDocument.Parse(File.ReadAllBytes(PathOf(relativePath)));
}

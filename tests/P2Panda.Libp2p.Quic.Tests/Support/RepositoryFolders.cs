using System.Reflection;

namespace P2Panda.Libp2p.Quic.Tests.Support;

internal static class RepositoryFolders
{
    public static string Root { get; } = typeof(RepositoryFolders).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    public static string Native => Path.Combine(Root, "src", "P2Panda.Libp2p.Quic", "native");
}

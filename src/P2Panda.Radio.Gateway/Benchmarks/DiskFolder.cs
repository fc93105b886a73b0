namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>A place for measurements of durable writes: memory posing as a disk would flatter them.</summary>
internal static class DiskFolder
{
    private static readonly string[] InMemory = ["tmpfs", "ramfs"];

    /// <summary>Makes an empty folder below the temporary folder, the current one or the home folder, whichever is on a disk.</summary>
    /// <exception cref="IOException">None of them is.</exception>
    public static DirectoryInfo Create(string purpose)
    {
        string[] places = [Path.GetTempPath(), Environment.CurrentDirectory, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];
        var place = places.FirstOrDefault(place => !InMemory.Contains(new DriveInfo(place).DriveFormat))
            ?? throw new IOException($"None of {string.Join(", ", places)} is on a disk; set TMPDIR to a folder that is.");
        return Directory.CreateDirectory(Path.Combine(place, $"p2panda-{purpose}-{Environment.ProcessId}"));
    }
}

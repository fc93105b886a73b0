using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Sx127x.Boards;

namespace P2Panda.Radio.Gateway.Doctor;

/// <summary>The gateway that is looked at, and the machine around it. Tests put another machine in its place.</summary>
internal sealed record Patient
{
    /// <summary>The settings; the built-in ones where the configuration cannot be read.</summary>
    public required GatewaySettings Settings { get; init; }

    /// <summary>The configuration file, or none.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>What is wrong with the configuration.</summary>
    public IReadOnlyList<string> ConfigurationProblems { get; init; } = [];

    /// <summary>Opens the chip.</summary>
    public required Func<OpenedChip> OpenChip { get; init; }

    /// <summary>Folder that stands for the root of the file system.</summary>
    public string Root { get; init; } = "/";

    /// <summary>Why a device may not be read and written; none when it may.</summary>
    public Func<string, string?> DeviceRefusal { get; init; } = TryOpen;

    /// <summary>Bytes free in a folder.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Now.</summary>
    public DateTimeOffset Now { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>The board; none when the radio is simulated, or not known.</summary>
    public Board? Board { get; init; }

    /// <summary>A file's path on the machine.</summary>
    public string PathOf(string absolute) => Path.Combine(Root, absolute.TrimStart('/'));

    /// <summary>A file's text, or none when it cannot be read.</summary>
    public string? ReadText(string absolute)
    {
        try
        {
            return File.ReadAllText(PathOf(absolute)).TrimEnd('\0', '\n', ' ');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? TryOpen(string path)
    {
        try
        {
            using var device = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return null;
        }
        catch (UnauthorizedAccessException failure)
        {
            return failure.Message;
        }
        catch (IOException)
        {
            // A device that is busy is not a matter of permissions.
            return null;
        }
    }
}

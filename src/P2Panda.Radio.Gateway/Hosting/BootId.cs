namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Identity of this boot of the machine: within one boot the monotonic clock is comparable between processes.</summary>
internal static class BootId
{
    private const string Path = "/proc/sys/kernel/random/boot_id";

    public static Guid? Read()
    {
        try
        {
            return Guid.TryParse(File.ReadAllText(Path), out var id) ? id : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

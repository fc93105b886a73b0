namespace P2Panda.Core.Keys;

/// <summary>Turns the many ways in which a system library can be missing into one message that says what to install.</summary>
internal static class SodiumStart
{
    /// <param name="library">File name of the library.</param>
    /// <param name="initialise">The library's first call; negative means failure.</param>
    public static bool Run(string library, Func<int> initialise)
    {
        try
        {
            return initialise() >= 0 ? true : throw new NativeLibraryException(
                $"{library} could not initialise itself; the system may lack a source of randomness.");
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new NativeLibraryException(
                $"{library} is missing or unusable. Install the Debian package libsodium23 (apt-get install libsodium23).", failure);
        }
    }
}

using System.Security.Cryptography;

namespace P2Panda.Core.Keys;

/// <summary>
/// Private key files: the seed in 64 hexadecimal digits and a line end, readable by its owner alone.
/// </summary>
public static class KeyFile
{
    /// <summary>Longest file that is looked at: the digits and some white space around them.</summary>
    private const int MaxLength = 256;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes a new file with mode 0600 from the moment it exists. An existing file is never replaced.</summary>
    /// <exception cref="KeyFileException">The file exists or cannot be written.</exception>
    public static void Create(string path, KeyPair keyPair)
    {
        Span<byte> seed = stackalloc byte[KeyPair.SeedLength];
        Span<byte> line = stackalloc byte[(2 * KeyPair.SeedLength) + 1];
        try
        {
            keyPair.ExportSeed(seed);
            _ = Convert.TryToHexStringLower(seed, line, out _);
            line[^1] = (byte)'\n';
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using var file = new FileStream(path, options);
            file.Write(line);
            file.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException(
                File.Exists(path) ? $"The key file {path} exists already and is not replaced." : $"The key file {path} cannot be written: {failure.Message}",
                failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(line);
        }
    }

    /// <summary>Reads a key pair, or makes one when there is no such file.</summary>
    /// <exception cref="KeyFileException">The file can be neither read nor made.</exception>
    /// <exception cref="NativeLibraryException">libsodium is missing.</exception>
    public static KeyPair ReadOrCreate(string path)
    {
        if (File.Exists(path))
        {
            return Read(path);
        }

        var key = KeyPair.Generate();
        try
        {
            Create(path, key);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Reads a key pair from a file.</summary>
    /// <exception cref="KeyFileException">The file is missing, readable by others than its owner, or not a key.</exception>
    /// <exception cref="NativeLibraryException">libsodium is missing.</exception>
    public static KeyPair Read(string path)
    {
        Span<byte> content = stackalloc byte[MaxLength];
        try
        {
            using var file = File.OpenHandle(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            {
                throw new KeyFileException(
                    $"The key file {path} can be read or changed by others than its owner. Run: chmod 600 {path}");
            }

            var length = RandomAccess.Read(file, content, fileOffset: 0);
            return KeyPair.TryParse(content[..length].Trim(" \t\r\n"u8), out var pair)
                ? pair
                : throw new KeyFileException($"The key file {path} does not hold a private key of {2 * KeyPair.SeedLength} hexadecimal digits.");
        }
        catch (Exception failure) when (failure is IOException and not KeyFileException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"The key file {path} cannot be read: {failure.Message}", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}

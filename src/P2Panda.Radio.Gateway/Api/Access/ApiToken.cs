using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using P2Panda.Radio.Gateway.Commands;

namespace P2Panda.Radio.Gateway.Api.Access;

/// <summary>The secret that administrative calls carry as <c>Authorization: Bearer …</c>: made at the first start, in a file for its owner alone.</summary>
internal sealed class ApiToken
{
    private const int MinLength = 16;
    private const int MaxLength = 512;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _digest;

    internal ApiToken(string token) => _digest = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Reads the token, or makes one when there is none.</summary>
    /// <exception cref="CommandFailure">The file cannot be read or made, is open to others or holds no token.</exception>
    public static ApiToken ReadOrCreate(string path)
    {
        try
        {
            return new ApiToken(File.Exists(path) ? Read(path) : Create(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"The API token {path} cannot be read or made: {failure.Message}");
        }
    }

    /// <summary>Whether this is the token. How long it takes says nothing about how much of it is right.</summary>
    public bool Matches(string candidate) =>
        CryptographicOperations.FixedTimeEquals(_digest, SHA256.HashData(Encoding.UTF8.GetBytes(candidate)));

    private static string Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly & ~UnixFileMode.UserExecute) != 0)
        {
            throw new CommandFailure(ExitCode.Environment, $"The API token {path} can be read or changed by others than its owner. Run: chmod 600 {path}");
        }

        var token = new FileInfo(path).Length <= MaxLength ? File.ReadAllText(path).Trim() : string.Empty;
        return token.Length >= MinLength
            ? token
            : throw new CommandFailure(ExitCode.Environment, $"The API token {path} must hold one line of {MinLength} to {MaxLength} characters; without the file a new one is made.");
    }

    private static string Create(string path)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new StreamWriter(path, Encoding.ASCII, options);
        file.Write(token + "\n");
        return token;
    }
}

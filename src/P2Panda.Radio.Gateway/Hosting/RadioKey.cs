using P2Panda.Core.Keys;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The gateway's radio key: made at the first start, never part of an image, kept for life.</summary>
internal static class RadioKey
{
    /// <summary>Reads the key, or makes it when there is none.</summary>
    /// <param name="path">The key file.</param>
    /// <param name="isNew">Whether it was made now, so that this station has never transmitted.</param>
    /// <exception cref="KeyFileException">It cannot be read or made.</exception>
    public static KeyPair ReadOrCreate(string path, out bool isNew)
    {
        isNew = !File.Exists(path);
        if (!isNew)
        {
            return KeyFile.Read(path);
        }

        var key = KeyPair.Generate();
        try
        {
            KeyFile.Create(path, key);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}

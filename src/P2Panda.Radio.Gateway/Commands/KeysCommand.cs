using System.CommandLine;
using System.Text.Json;
using P2Panda.Core.Keys;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>keys new|show|backup|restore</c>: the author's key of this gateway, and a copy of all its keys.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var file = new Option<string?>("--file") { Description = "Private key file; default: author.keyFile of the configuration" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };

        var create = new Command("new", "Make a private key file (mode 0600); never overwrites one") { file, json };
        create.SetAction(result =>
        {
            var path = result.GetValue(file) ?? SettingsOptions.Read(result).Author.KeyFile;
            using var key = KeyPair.Generate();
            KeyFile.Create(path, key);

            Print(path, key, result.GetValue(json));
        });

        var show = new Command("show", "Show the public key of a private key file") { file, json };
        show.SetAction(result =>
        {
            var path = result.GetValue(file) ?? SettingsOptions.Read(result).Author.KeyFile;
            using var key = KeyFile.Read(path);
            Print(path, key, result.GetValue(json));
        });

        return new Command("keys", "Make and show the key that signs messages published here; back up and restore all keys")
        {
            create, show, KeyBackupCommands.CreateBackup(), KeyBackupCommands.CreateRestore(),
        };
    }

    private static void Print(string path, KeyPair key, bool json) => Console.Out.WriteLine(
        json ? JsonSerializer.Serialize(new { file = Path.GetFullPath(path), publicKey = key.PublicKey.ToString() }) : key.PublicKey.ToString());
}

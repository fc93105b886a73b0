using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using P2Panda.Radio.Gateway.Api;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Commands.Traffic;

/// <summary>Asks the gateway that runs on this machine, over its HTTP interface and with its token.</summary>
internal static class GatewayCall
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks, and returns what it answers.</summary>
    /// <exception cref="CommandFailure">It does not run, does not know the token, or refuses.</exception>
    public static async Task<string> SendAsync(GatewaySettings settings, HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        var api = settings.Api;
        if (!api.Enabled || api.Port == 0)
        {
            throw new CommandFailure(ExitCode.Usage, "This asks the running gateway over its API: api.enabled must be true, and api.port the number it listens on.");
        }

        var address = System.Net.IPAddress.Parse(api.Address);
        var host = address.Equals(System.Net.IPAddress.Any) || address.Equals(System.Net.IPAddress.IPv6Any) ? System.Net.IPAddress.Loopback : address;
        using var client = new HttpClient { Timeout = Patience, BaseAddress = new UriBuilder(Uri.UriSchemeHttp, host.ToString(), api.Port).Uri };
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ReadToken(api.TokenFile));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var answer = await client.SendAsync(request, cancellation).ConfigureAwait(false);
            var text = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? text : throw new CommandFailure(ExitCode.Failure, Explain(text));
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCode.Environment, $"No gateway answers at {client.BaseAddress}: {failure.Message}");
        }
    }

    /// <summary>JSON as people read it.</summary>
    public static string Indent(JsonElement json) => JsonSerializer.Serialize(json, SettingsJson.Options);

    private static string ReadToken(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"The API token {path} cannot be read: {failure.Message}");
        }
    }

    private static string Explain(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(text, ApiJson.Options) is { } problem
                ? string.Join("\n  ", [problem.Detail, .. problem.Problems ?? []])
                : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }
}

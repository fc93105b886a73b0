using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace P2Panda.Radio.Gateway.Api.Apps;

/// <summary>The page at <c>/graphql</c>. It loads nothing from anywhere; browsers run its own script and no other.</summary>
internal static partial class PlaygroundPage
{
    private static readonly byte[] Html = ReadResource();
    private static readonly string Policy =
        $"default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src '{HashOf(Script())}'; style-src '{HashOf(Style())}'";

    public static async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = Html.Length;
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(Html, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static byte[] ReadResource()
    {
        using var stream = typeof(PlaygroundPage).Assembly.GetManifestResourceStream("playground.html")!;
        var html = new byte[stream.Length];
        stream.ReadExactly(html);
        return html;
    }

    private static string HashOf(Regex element) =>
        "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Match(Encoding.UTF8.GetString(Html)).Groups[1].Value)));

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}

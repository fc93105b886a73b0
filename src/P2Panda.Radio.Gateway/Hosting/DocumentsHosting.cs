using Microsoft.Extensions.DependencyInjection;
using P2Panda.Documents;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The documents that the stored logs add up to.</summary>
internal static class DocumentsHosting
{
    /// <summary>Adds the documents, and what keeps them in step with the store.</summary>
    public static IServiceCollection AddDocuments(this IServiceCollection services)
    {
        // The container makes things synchronously; this waits for the database once, before anything is served.
        services.AddSingleton(provider => MaterialisedDocuments.OpenAsync(provider.GetRequiredService<ILogStore>()).GetAwaiter().GetResult());
        services.AddHostedService<DocumentsService>();
        return services;
    }
}

using P2Panda.Documents;
using P2Panda.Radio.Gateway.Api.Apps;

namespace P2Panda.Radio.Gateway.Documents;

/// <summary>Offers apps the queries that the known schemas make, and others as soon as these change.</summary>
internal static class DocumentQueries
{
    public static void Offer(MaterialisedDocuments documents, AppSchema apps)
    {
        documents.SchemasChanged += schemas => apps.Offer(DocumentTypes.QueriesOf(documents, schemas));
        apps.Offer(DocumentTypes.QueriesOf(documents, documents.Schemas));
    }
}

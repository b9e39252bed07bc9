"""Product categories, their hierarchies, and what each hierarchy is used for.

Source: Microsoft docs, data entities of finance and operations; dual-write table maps (product
categories, product category hierarchies, product category hierarchy roles). The lengths of texts
are not published.
"""

from __future__ import annotations

from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity

HIERARCHIES = entity(
    "ProductCategoryHierarchies",
    "ProductCategoryHierarchy",
    "EcoResProductCategoryHierarchyEntity",
    "Category hierarchies",
    sources.single("category_hierarchy", {"HierarchyName": "name"}),
    """
    HierarchyName category_hierarchy.name k*
    HierarchyDescription category_hierarchy.description
    """,
    labels={"HierarchyName": "Category hierarchy"},
)

ROLES = entity(
    "ProductCategoryHierarchyRoles",
    "ProductCategoryHierarchyRole",
    "EcoResProductCategoryHierarchyRoleEntity",
    "Category hierarchy roles",
    sources.single("category_role", {"HierarchyRole": "role"}),
    """
    HierarchyRole category_role.role k*
    ProductCategoryHierarchyName category_role.hierarchy
    """,
)

CATEGORIES = entity(
    "ProductCategories",
    "ProductCategory",
    "EcoResProductCategoryEntity",
    "Categories",
    sources.single(
        "category", {"ProductCategoryHierarchyName": "hierarchy", "CategoryName": "name"}
    ),
    """
    ProductCategoryHierarchyName category.hierarchy k*
    CategoryName category.name k*
    CategoryCode category.code
    CategoryDescription category.description
    FriendlyCategoryName category.friendly
    CategoryKeywords category.keywords
    ProjectCategoryName category.project
    ParentProductCategoryName category.parent
    ParentProductCategoryHierarchyName category.parent_hierarchy r
    IsTangibleProduct category.tangible
    IsCategoryInheritingParentCategoryAttributes category.inherits
    IsCategoryInheritingParentProductAttributes category.inherits_products
    """,
    labels={"ProductCategoryHierarchyName": "Category hierarchy", "CategoryName": "Category"},
)

ENTITIES = (HIERARCHIES, ROLES, CATEGORIES)
